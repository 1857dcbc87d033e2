import type { Scores } from '../../src/gate/scores.ts';
import { DEFAULT_GATE, type GateSettings } from '../../src/gate/settings.ts';

/**
 * Scores as they would be of answers that were right on some rows, or lost so much on each.
 * @param calibrationError @default 0
 */
export function scoresOf(given: {
  readonly right?: readonly number[];
  readonly losses?: readonly number[];
  readonly calibrationError?: number;
}): Scores {
  const rows = (given.right ?? given.losses ?? []).length;
  const { right = new Array<number>(rows).fill(0), losses = new Array<number>(rows).fill(0) } = given;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / rows;
  return {
    accuracy: mean(right),
    loss: mean(losses),
    calibrationError: given.calibrationError ?? 0,
    rowLosses: Float64Array.from(losses),
    right: Uint8Array.from(right),
  };
}

/** The gate's settings, some of them changed. */
export function withSettings(changed: Partial<GateSettings> = {}): GateSettings {
  return { ...DEFAULT_GATE, ...changed };
}
