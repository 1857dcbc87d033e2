import type { BenchmarkOptions, Result } from '../harness/benchmark.ts';
import { boundSummary, errorBounds } from './bound.ts';
import { alarmsOf, CONTENDERS, ROW_WATCH } from './contenders.ts';
import { type Answers, answersOf } from './prequential.ts';
import { reportOf } from './report.ts';
import { makeRiverStreams, riverAnswers } from './river.ts';
import { scoreOf } from './score.ts';
import { GENERATORS, rowsOf } from './streams.ts';

/** Reported seeds: 1 to 30. Settings were chosen on others. */
const SEEDS = 30;
/** Rows between false alarms that the bound allows: the row watch's default. */
const RUN_LENGTH = 50_000;

/**
 * How soon drift is found: five generators × 30 seeds × 3 abrupt changes, scored as
 * vectors/quality_table.json is. The model is averaged one-dependence estimators (model.ts),
 * learning from row to row and never reset; detectors see its errors, the row watch inputs, answers
 * and labels. Once with labels at once, once with labels (and learning) 500 rows late; with `peers`
 * also on river's streams and errors of its Hoeffding tree.
 */
export async function run({ peers }: BenchmarkOptions): Promise<Result[]> {
  const own = (lag: number) => async (generator: string, seed: number) =>
    answersOf(rowsOf(generator, seed), lag);
  const results = [
    ...(await benchRun('labels at once', own(0), 0)),
    ...(await benchRun('labels 500 late', own(500), 500)),
  ];
  if (!peers) return results;
  try {
    await makeRiverStreams(SEEDS);
  } catch (error) {
    console.error(
      `Without river's streams: ${error instanceof Error ? error.message.slice(0, 500) : String(error)}`,
    );
    return results;
  }
  return [...results, ...(await benchRun("river's streams", riverAnswers, 0))];
}

async function benchRun(
  name: string,
  source: (generator: string, seed: number) => Promise<Answers>,
  lag: number,
): Promise<Result[]> {
  const alarms = new Map(CONTENDERS.map((contender) => [contender, new Map<string, number[][]>()]));
  const bounds = new Map<string, number[]>();
  for (const generator of Object.keys(GENERATORS)) {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const answers = await source(generator, seed);
      for (const contender of CONTENDERS)
        pushTo(alarms.get(contender), generator, [alarmsOf(contender, answers, lag)]);
      pushTo(bounds, generator, errorBounds(answers, RUN_LENGTH, lag));
    }
  }
  const overall = new Map(
    Array.from(alarms, ([contender, streams]) => [contender, scoreOf([...streams.values()].flat())]),
  );
  const generators = Array.from(alarms.get(ROW_WATCH) ?? [], ([generator, streams]) => ({
    generator,
    score: scoreOf(streams),
    bound: boundSummary(bounds.get(generator) ?? []),
  }));
  return reportOf(name, overall, generators, boundSummary([...bounds.values()].flat()));
}

function pushTo<T>(lists: Map<string, T[]> | undefined, key: string, items: readonly T[]): void {
  lists?.set(key, [...(lists.get(key) ?? []), ...items]);
}
