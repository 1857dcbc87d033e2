import type { Engine } from '@driftloop/autodiff';
import type { ModelTask } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { percent } from '../gate/check.ts';
import { blockTest } from '../gate/paired-test.ts';
import { brierByRow } from '../gate/scores.ts';
import { predict } from '../predict.ts';
import type { EarlierVersion } from './options.ts';

/** A version that fits the present better than what is new. */
export interface FittingVersion {
  readonly version: number;
  /** For people. */
  readonly reason: string;
}

/** Level of the test by which an earlier version must be better. */
const SIGNIFICANCE = 0.05;

/**
 * Looks for an earlier version that answers the newest rows better than both the live version and
 * the best candidate: a concept that has come back is known already. Compared by squared error of
 * the probabilities (Brier score), which is bounded, so that an old version's confident mistakes
 * count but do not decide alone; for a regression by squared error.
 */
export async function findFittingVersion(
  engine: Engine,
  earlier: readonly EarlierVersion[],
  judged: LabelledRows,
  rivals: readonly Float32Array[],
  task: ModelTask,
): Promise<FittingVersion | undefined> {
  const scores = rivals.map((outputs) => brierByRow(outputs, judged, task));
  let best: (FittingVersion & { total: number }) | undefined;
  for (const { version, model } of earlier) {
    const { outputs } = await predict(engine, model, judged.features, judged.width);
    const own = brierByRow(outputs, judged, task);
    const isBetter = scores.every((rival) => {
      const lost = blockTest(rival.map((score, row) => score - own[row]!));
      return lost.mean > 0 && lost.pAbove < SIGNIFICANCE;
    });
    const total = sum(own);
    if (!isBetter || total >= (best?.total ?? Number.POSITIVE_INFINITY)) continue;
    const less = percent(1 - total / Math.min(...scores.map(sum)));
    const reason = `version ${version} fits the ${judged.rows} newest rows better than any other: its squared error is ${less} less`;
    best = { version, reason, total };
  }
  return best && { version: best.version, reason: best.reason };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
