import { replay } from '@driftloop/drift';
import type { Plant } from './plants.ts';
import { CHANGE_MS, streamOf } from './stream.ts';
import type { Table } from './tables.ts';

/** The cause that most verdicts after the change which name one name first. */
export function firstCause(plant: Plant, table: Table, seed: number): { cause: string; text: string } {
  const { verdicts } = replay(streamOf(table, plant, seed));
  const after = verdicts.filter(({ windowEnd }) => windowEnd > CHANGE_MS);
  const counts = new Map<string, { times: number; text: string }>();
  for (const { causes = [] } of after) {
    const [first] = causes;
    if (!first) continue;
    const known = counts.get(first.kind);
    counts.set(first.kind, { times: (known?.times ?? 0) + 1, text: known?.text ?? first.text });
  }
  const [most] = [...counts].sort(([, a], [, b]) => b.times - a.times);
  return most ? { cause: most[0], text: most[1].text } : { cause: 'none', text: '' };
}
