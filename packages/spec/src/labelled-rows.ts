/** Rows with their truth, in columns. Row i has features[i * width .. (i + 1) * width). */
export interface LabelledRows {
  /** Number of rows. */
  readonly rows: number;
  /** Features per row. */
  readonly width: number;
  /** Row-major features, rows × width. NaN is a missing value. */
  readonly features: Float32Array;
  /**
   * Class index, or the value of a regression; one per row. Of several targets row-major, rows ×
   * targets.
   */
  readonly labels: Float32Array;
  /** Labels per row. @default 1 */
  readonly targets?: number;
  /** Importance of each row, at least 0. */
  readonly weights: Float32Array;
  /** Event time of each row's request, epoch milliseconds. */
  readonly eventTimes: Float64Array;
  /**
   * Free texts: the slot of one in a row has its place here. Rows that are cut out of others share
   * the list.
   * @default the spec has no features of text
   */
  readonly texts?: readonly string[];
}

/** Labels of one row. */
export function labelsPerRow({ targets = 1 }: Pick<LabelledRows, 'targets'>): number {
  return targets;
}

/** Rows of zeros (weights 1) to be filled. */
export function allocateRows(rows: number, width: number, targets = 1): LabelledRows {
  return {
    rows,
    width,
    features: new Float32Array(rows * width),
    labels: new Float32Array(rows * targets),
    ...(targets === 1 ? {} : { targets }),
    weights: new Float32Array(rows).fill(1),
    eventTimes: new Float64Array(rows),
  };
}

/** The rows from `start` (inclusive) to `end` (exclusive), sharing their memory. */
export function sliceRows(data: LabelledRows, start: number, end = data.rows): LabelledRows {
  const { targets = 1 } = data;
  return {
    rows: Math.max(0, end - start),
    width: data.width,
    features: data.features.subarray(start * data.width, end * data.width),
    labels: data.labels.subarray(start * targets, end * targets),
    ...(targets === 1 ? {} : { targets }),
    weights: data.weights.subarray(start, end),
    eventTimes: data.eventTimes.subarray(start, end),
    ...(data.texts === undefined ? {} : { texts: data.texts }),
  };
}

/** A copy of the rows at the given positions, in that order. */
export function selectRows(data: LabelledRows, indices: ArrayLike<number>): LabelledRows {
  const chosen = allocateRows(indices.length, data.width, data.targets);
  for (let i = 0; i < indices.length; i++) copyRow(data, indices[i]!, chosen, i);
  return data.texts === undefined ? chosen : { ...chosen, texts: data.texts };
}

/** One after another. All must have the same width, as many labels per row, and none texts. */
export function concatRows(parts: readonly LabelledRows[], width: number): LabelledRows {
  let rows = 0;
  for (const part of parts) rows += part.rows;
  const targets = Math.max(1, ...parts.map(labelsPerRow));
  const all = allocateRows(rows, width, targets);
  let at = 0;
  for (const part of parts) {
    all.features.set(part.features, at * width);
    all.labels.set(part.labels, at * targets);
    all.weights.set(part.weights, at);
    all.eventTimes.set(part.eventTimes, at);
    at += part.rows;
  }
  return all;
}

/** Copies row `from` of `source` over row `to` of `target`. */
export function copyRow(source: LabelledRows, from: number, target: LabelledRows, to: number): void {
  const { width } = source;
  const base = from * width;
  const into = to * width;
  for (let i = 0; i < width; i++) target.features[into + i] = source.features[base + i]!;
  const { targets = 1 } = source;
  for (let i = 0; i < targets; i++) target.labels[to * targets + i] = source.labels[from * targets + i]!;
  target.weights[to] = source.weights[from]!;
  target.eventTimes[to] = source.eventTimes[from]!;
}
