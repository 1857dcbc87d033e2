/** A line through points, and how far it may be off. */
export interface Slope {
  /** Units of y per unit of x. */
  readonly perUnit: number;
  /** Standard error of it. */
  readonly error: number;
}

/** Least squares over three points or more: slope and its standard error. Pure. */
export function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): Slope {
  const count = points.length;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / count;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / count;
  const squares = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const perUnit = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / squares;
  const residuals = points.reduce((sum, { x, y }) => sum + (y - meanY - perUnit * (x - meanX)) ** 2, 0);
  return { perUnit, error: Math.sqrt(residuals / Math.max(1, count - 2) / squares) };
}
