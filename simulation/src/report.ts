import { differenceText } from './checker/compare.ts';
import { type Fault, faultText } from './faults/fault.ts';
import { shrink } from './shrink/shrink.ts';
import { hasFailed, runSeed, type SeedResult, type Stage } from './simulate.ts';
import type { Mutation } from './world/world.ts';

const SHOWN = 8;

/** A failing seed for a person: what differs, and the fewest faults that make it fail. */
export async function failureText(
  result: SeedResult,
  stage: Stage,
  mutation: Mutation | undefined,
): Promise<string> {
  const { seed } = result;
  const run = (faults: readonly Fault[]) => runSeed(seed, stage, { faults, mutation });
  const faults = await shrink(result.faults, async (fewer) => hasFailed(await run(fewer)));
  const shrunken = await run(faults);
  const { differences, outcome } = shrunken;
  const counts = Map.groupBy(differences, ({ how, kind }) => `${how} ${kind}`);
  return [
    `seed ${seed} fails on ${stage.workload.name}: ${[...counts].map(([what, { length }]) => `${length} ${what}`).join(', ')}`,
    ...(outcome.restless === undefined ? [] : [`  ${outcome.restless}`]),
    ...differences.slice(0, SHOWN).map((difference) => `    ${differenceText(difference)}`),
    ...(differences.length > SHOWN ? [`    … and ${differences.length - SHOWN} more`] : []),
    faults.length === 0
      ? '  without any fault: another order in which things take their time is enough'
      : `  ${faults.length} of ${result.faults.length} faults are enough:`,
    ...faults.map((fault) => `    ${faultText(fault)}`),
    '  what happened (milliseconds of virtual time):',
    ...outcome.ends.slice(0, 3 * SHOWN).map((line) => `    ${line}`),
  ].join('\n');
}
