import type { TrainingBatch } from '@driftloop/autodiff';
import type { LabelledRows } from '@driftloop/spec';

/** Rows of one source that take part in a step. */
export interface Portion {
  readonly rows: LabelledRows;
  readonly indices: ArrayLike<number>;
  /**
   * Weight of the portion's loss on labels as a whole; each row's own weight counts on top.
   * @default 0
   */
  readonly labels?: number;
  /** Logits to distil, one row per row of `rows`, and the weight of the portion's term. */
  readonly teacher?: { readonly logits: Float32Array; readonly weight: number };
  /** Logits to match, one row per row of `rows`, and the weight of the portion's term. */
  readonly remembered?: { readonly logits: Float32Array; readonly weight: number };
}

/** Puts portions into one batch. A portion of n rows with weight w gives each of its rows w/n. */
export function composeBatch(portions: readonly Portion[], outputWidth: number): TrainingBatch {
  const width = portions[0]?.rows.width ?? 0;
  let rows = 0;
  for (const portion of portions) rows += portion.indices.length;
  const features = new Float32Array(rows * width);
  const labels = new Float32Array(rows);
  const weights = new Float32Array(rows);
  let at = 0;
  for (const { rows: source, indices, labels: share = 0 } of portions) {
    const each = share / Math.max(1, indices.length);
    for (let i = 0; i < indices.length; i++, at++) {
      const row = indices[i]!;
      features.set(source.features.subarray(row * width, (row + 1) * width), at * width);
      labels[at] = source.labels[row]!;
      weights[at] = each * source.weights[row]!;
    }
  }
  const teacher = logitTerm(portions, 'teacher', rows, outputWidth);
  const remembered = logitTerm(portions, 'remembered', rows, outputWidth);
  return {
    rows,
    features,
    labels,
    weights,
    ...(teacher === undefined ? {} : { teacher }),
    ...(remembered === undefined ? {} : { remembered }),
  };
}

function logitTerm(
  portions: readonly Portion[],
  term: 'teacher' | 'remembered',
  rows: number,
  outputWidth: number,
) {
  if (portions.every((portion) => portion[term] === undefined)) return undefined;
  const logits = new Float32Array(rows * outputWidth);
  const weights = new Float32Array(rows);
  let at = 0;
  for (const portion of portions) {
    const { indices } = portion;
    const source = portion[term];
    for (let i = 0; i < indices.length; i++, at++) {
      if (source === undefined) continue;
      const from = indices[i]! * outputWidth;
      logits.set(source.logits.subarray(from, from + outputWidth), at * outputWidth);
      weights[at] = source.weight / indices.length;
    }
  }
  return { logits, weights };
}
