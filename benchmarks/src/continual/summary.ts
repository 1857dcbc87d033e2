import type { Result } from '../harness/benchmark.ts';
import { mean } from '../harness/mean.ts';
import type { Contender } from './contenders.ts';
import type { SequenceResult } from './learn-sequence.ts';
import type { Scenario } from './scenario.ts';

/** How a contender came to its figures: means over the seeds. */
export interface Curves {
  /** Accuracy over the tasks learnt so far, after each. */
  readonly tasks: readonly number[];
  /** Prequential accuracy of each block after the first; empty without blocks. */
  readonly blocks: readonly number[];
  /** Rows of a block; 0 without. */
  readonly blockRows: number;
}

/** A contender in a scenario over all seeds. */
export interface Summary {
  readonly scenario: string;
  readonly title: string;
  readonly strategy: string;
  readonly seeds: number;
  readonly accuracy: number;
  /** Standard deviation over the seeds, of a sample. */
  readonly accuracySpread: number;
  readonly forgetting: number;
  readonly backwardTransfer: number;
  readonly forwardTransfer: number;
  readonly prequential?: number;
  readonly recoveryRows?: number;
  readonly curves: Curves;
  readonly memoryBytes: number;
  readonly seconds: number;
  readonly peer?: { readonly name: string; readonly accuracy: number; readonly spread: number };
  /** Least accuracy that was asked for, `above` it for driftloop's own. */
  readonly bar?: { readonly value: number; readonly above: boolean };
}

/** Summarises the runs of a contender. */
export function summarise(
  scenario: Scenario,
  contender: Contender,
  runs: readonly SequenceResult[],
): Summary {
  const accuracies = runs.map(({ accuracy }) => accuracy);
  const peer = scenario.peers?.[contender.peer ?? ''];
  const bar = barOf(scenario, contender);
  const over = (figure: (run: SequenceResult) => number | undefined) => {
    const values = runs.map(figure).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : mean(values);
  };
  const prequential = over((run) => run.prequential);
  const recovery = over((run) => run.recoveryRows);
  return {
    scenario: scenario.name,
    title: scenario.title,
    strategy: contender.strategy,
    seeds: runs.length,
    accuracy: mean(accuracies),
    accuracySpread: deviation(accuracies),
    forgetting: mean(runs.map((run) => run.forgetting)),
    backwardTransfer: mean(runs.map((run) => run.backwardTransfer)),
    forwardTransfer: mean(runs.map((run) => run.forwardTransfer)),
    ...(prequential === undefined ? {} : { prequential }),
    ...(recovery === undefined ? {} : { recoveryRows: recovery }),
    curves: {
      tasks: pointwise(runs.map((run) => run.curve)),
      blocks: pointwise(runs.map((run) => run.blocks)),
      blockRows: scenario.blockRows ?? 0,
    },
    memoryBytes: Math.max(...runs.map((run) => run.memoryBytes)),
    seconds: mean(runs.map((run) => run.seconds)),
    ...(peer && {
      peer: {
        name: contender.peer ?? '',
        accuracy: peer.acc_classIL_mean,
        spread: peer.acc_classIL_std,
      },
    }),
    ...(bar && { bar }),
  };
}

/** The best peer of each protocol, which `bandit` is to be above. */
const BEST_PEER: Readonly<Record<string, number>> = { A: 0.914, B: 0.956, permuted: 0.87 };

function barOf(scenario: Scenario, { strategy, peer }: Contender): Summary['bar'] {
  const best = BEST_PEER[scenario.name];
  if (strategy === 'bandit' && best !== undefined) return { value: best, above: true };
  const figures = scenario.peers?.[peer ?? ''];
  if (figures === undefined) return undefined;
  // Five runs that happen to agree (naive in B: spread 0) are still no finer than one test row.
  const testRows = scenario.tasks.reduce((sum, { test }) => sum + test.rows, 0);
  const slack = Math.max(2 * figures.acc_classIL_std, 1 / testRows);
  return { value: figures.acc_classIL_mean - slack, above: false };
}

/** The figure that counts with its bar, for the harness's table and JSON; the others beside it. */
export function resultOf(summary: Summary): Result {
  const { scenario, title, strategy, accuracy, accuracySpread, peer, bar, curves: _, ...figures } = summary;
  return {
    metric: `${scenario}/${strategy} accuracy`,
    value: accuracy,
    unit: 'share',
    spread: { min: accuracy - accuracySpread, max: accuracy + accuracySpread },
    ...(peer && {
      peer: `avalanche ${peer.name}`,
      peerValue: peer.accuracy,
      ratio: accuracy / peer.accuracy,
    }),
    ...(bar && {
      bar: `${bar.above ? '>' : '>='} ${bar.value.toFixed(4)}`,
      holds: bar.above ? accuracy > bar.value : accuracy >= bar.value,
    }),
    figures,
  };
}

/** The mean of each point of curves that are equally long. */
function pointwise(curves: readonly (readonly number[])[]): number[] {
  return (curves[0] ?? []).map((_, at) => mean(curves.map((curve) => curve[at]!)));
}

function deviation(values: readonly number[]): number {
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
}
