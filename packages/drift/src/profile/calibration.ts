import { fitIsotonic, type IsotonicKnots } from '@driftloop/estimates';

/**
 * Isotonic calibration of the model's probabilities: of class 1 for a binary model, one class
 * against the rest for each class of a multiclass one. Rows whose probability is not finite are
 * left out.
 */
export function fitCalibration(
  classes: number,
  outputs: Float32Array,
  width: number,
  labels: Float32Array,
): IsotonicKnots[] {
  const fitted = (column: number, target: number): IsotonicKnots => {
    const at = (row: number): number => outputs[row * width + column] ?? Number.NaN;
    const rows = Array.from(labels, (_, row) => row).filter((row) => Number.isFinite(at(row)));
    if (rows.length === 0) return { x: [], y: [] };
    return fitIsotonic(
      rows.map(at),
      rows.map((row) => Number(labels[row] === target)),
    );
  };
  if (classes === 2) return [fitted(width - 1, 1)];
  return Array.from({ length: classes }, (_, k) => fitted(k, k));
}
