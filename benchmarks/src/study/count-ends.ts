import type { Bus } from '@driftloop/bus';

/** Results of a study that were written, also those that came second and do not count. */
export async function countEnds(bus: Pick<Bus, 'slice'>, id: string): Promise<number> {
  let ends = 0;
  for await (const records of bus.slice('study.events', { by: 'offset' }))
    for (const { value } of records) if (value.study === id && value.kind === 'done') ends++;
  return ends;
}
