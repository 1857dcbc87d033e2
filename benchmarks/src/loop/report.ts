import type { Result } from '../harness/benchmark.ts';
import { mean } from '../harness/mean.ts';
import { summarize } from '../harness/samples.ts';
import type { LoopResult } from './closed-loop.ts';
import type { Policy } from './policies/policy.ts';

/**
 * Accuracy of the loop that is asked for on Elec2, where retrains take no rows, and their number.
 */
const ELEC = { accuracy: 0.775, retrains: 40 };
/** The most that the loop may end below the frozen model on any seed. */
const MOST_HARM = 0.002;
/** Up to here a retrain is soon enough for the loop to be ahead on the mean of the seeds. */
const LATE_ROWS = 5000;

/** The loop beside the frozen model, where retrains take so many rows. */
export function leadsOf(runs: readonly LoopResult[], stream: string, retrainRows: number): Result[] {
  const accuracies = runs.map(({ accuracy }) => accuracy);
  const accuracy = mean(accuracies);
  const frozen = mean(runs.map(({ frozenAccuracy }) => frozenAccuracy));
  const least = Math.min(...runs.map((run) => run.accuracy - run.frozenAccuracy));
  const retrains = Math.max(...runs.map((run) => run.retrains));
  const where = `${stream}, retrains take ${retrainRows} rows`;
  const isAhead = { bar: 'above the frozen model, mean of the seeds', holds: accuracy > frozen };
  return [
    {
      metric: `accuracy on ${where}`,
      value: accuracy,
      unit: 'share',
      spread: { min: summarize(accuracies).min, max: summarize(accuracies).max },
      peer: 'frozen',
      peerValue: frozen,
      ratio: accuracy / frozen,
      ...(retrainRows <= LATE_ROWS ? isAhead : {}),
    },
    {
      metric: `least lead over the frozen model on ${where}`,
      value: least,
      unit: 'share',
      bar: `>= -${MOST_HARM} on every seed`,
      holds: least >= -MOST_HARM,
    },
    {
      metric: `most retrains on ${where}`,
      value: retrains,
      unit: 'runs',
      ...(stream === 'elec' && retrainRows === 0
        ? { bar: `<= ${ELEC.retrains}`, holds: retrains <= ELEC.retrains }
        : {}),
    },
  ];
}

/** What a policy comes to, beside the loop whose retrains take no rows either. */
export function policyResult(
  stream: string,
  { name }: Policy,
  { accuracies, refits }: { readonly accuracies: readonly number[]; readonly refits: readonly number[] },
  loop: readonly LoopResult[],
): Result {
  const accuracy = mean(loop.map((run) => run.accuracy));
  return {
    metric: `the same model ${name}, on ${stream}`,
    value: mean(accuracies),
    unit: 'share',
    spread: { min: summarize(accuracies).min, max: summarize(accuracies).max },
    peer: 'loop',
    peerValue: accuracy,
    ratio: mean(accuracies) / accuracy,
    figures: { refits: mean(refits), retrainsOfTheLoop: mean(loop.map((run) => run.retrains)) },
  };
}

/** How far the loop is ahead of the best policy. */
export function aheadOf(
  stream: string,
  loop: readonly LoopResult[],
  peers: readonly { readonly policy: Policy; readonly accuracies: readonly number[] }[],
): Result {
  const accuracy = mean(loop.map((run) => run.accuracy));
  const best = Math.max(...peers.map(({ accuracies }) => mean(accuracies)));
  const isElec = stream === 'elec';
  return {
    metric: `lead over the best of these on ${stream}`,
    value: accuracy - best,
    unit: 'share',
    bar: isElec ? `> 0, and accuracy >= ${ELEC.accuracy}` : '>= 0',
    holds: isElec ? accuracy > best && accuracy >= ELEC.accuracy : accuracy >= best,
  };
}
