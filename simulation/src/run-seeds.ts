import { mutationNamed } from './mutants/index.ts';
import { createStage, runSeed, type SeedResult, type Stage } from './simulate.ts';

/** Which seeds to run. */
export interface SeedRange {
  readonly from: number;
  readonly seeds: number;
  /** Hours of traffic per seed. */
  readonly hours: number;
  /** Different traffics that seeds take turns with. */
  readonly workloads: number;
  /** A planted bug. @default none */
  readonly mutant?: string | undefined;
  /** Runs only every n-th seed, beginning with the k-th: shares of several threads. @default all */
  readonly share?: { readonly every: number; readonly at: number };
}

/** Runs seeds one after the other. @param onResult told of each; false ends the run */
export async function runSeeds(range: SeedRange, onResult: (result: SeedResult) => boolean): Promise<void> {
  const { from, seeds, share = { every: 1, at: 0 } } = range;
  const mutation = range.mutant === undefined ? undefined : mutationNamed(range.mutant);
  for (let seed = from; seed < from + seeds; seed++) {
    if (seed % share.every !== share.at) continue;
    const stage = await stageOf(seed, range);
    if (!onResult(await runSeed(seed, stage, { mutation }))) return;
  }
}

const stages = new Map<string, Promise<Stage>>();

/** The stage of a seed: every fourth has a trainer. Kept, since many seeds share it. */
export function stageOf(
  seed: number,
  { hours, workloads }: Pick<SeedRange, 'hours' | 'workloads'>,
): Promise<Stage> {
  const mode = seed % 4 === 3 ? 'loop' : 'serving';
  const workload = Math.floor(seed / 4) % workloads;
  const key = `${mode}/${workload}/${hours}`;
  const stage = stages.get(key) ?? createStage(workload, hours, mode);
  stages.set(key, stage);
  return stage;
}
