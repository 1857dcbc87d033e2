import type { DriftSketch } from '@driftloop/schemas';

/** What was published of one chunk, by model. */
export interface Changes {
  /** The sketches that say more than what was published before; they count as published from now on. */
  news(sketches: readonly DriftSketch[]): DriftSketch[];
}

/** Nothing published yet. */
export function createChanges(): Changes {
  const published = new Map<string, string>();
  return {
    news: (sketches) =>
      sketches.filter((sketch) => {
        const said = summaryOf(sketch);
        if (published.get(sketch.model) === said) return false;
        published.set(sketch.model, said);
        return true;
      }),
  };
}

/** Sketches are cumulative: the same counts at the same idleness say the same. */
function summaryOf({ idle, rejected, windows, chunkEnd }: DriftSketch): string {
  const rows = windows.reduce((sum, { n }) => sum + n, 0);
  // An idle chunk that has only skipped other models' rows has nothing to add; a complete one always does.
  return `${idle ? 'idle' : chunkEnd}/${rejected}/${windows.length}/${rows}`;
}
