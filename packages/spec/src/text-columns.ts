import type { FeatureSpec } from '@driftloop/schemas';
import { slotsOf } from './row-slots.ts';

/** Free texts of rows: what a model takes beside their numbers. */
export interface TextColumns {
  /** Which numbers of a row have places in `texts`, in the spec's order of text features. */
  readonly slots: readonly number[];
  readonly texts: readonly string[];
}

/** The free texts of a spec's rows; undefined where it has no features of text. */
export function textColumnsOf(
  features: readonly FeatureSpec[],
  texts: readonly string[] = [],
): TextColumns | undefined {
  const { starts, texts: free } = slotsOf(features);
  return free.length === 0 ? undefined : { slots: free.map((feature) => starts[feature] as number), texts };
}

/**
 * The texts of rows as a model takes them: row by row, one for each feature of text. A missing one
 * is the empty text.
 *
 * @param features row-major, rows × width
 */
export function textsOfRows({ slots, texts }: TextColumns, features: Float32Array, width: number): string[] {
  const rows = width > 0 ? features.length / width : 0;
  const found: string[] = [];
  for (let row = 0; row < rows; row++) {
    for (const slot of slots) found.push(texts[features[row * width + slot] as number] ?? '');
  }
  return found;
}
