import { mean } from '../../harness/mean.ts';
import type { Look, Trigger } from './policy.ts';

/** Labelled rows that one measure of accuracy rests on. */
const MEASURED_ROWS = 500;

/**
 * Fits anew when accuracy lies `deviation` below what models had right after they were fitted:
 * Modyn's performance trigger with a dynamic threshold (arXiv 2312.06254).
 */
export function onFall(deviation: number): () => Trigger {
  return () => onMeasures(({ accuracy, expected }) => accuracy < expected - deviation);
}

/**
 * Fits anew when the wrong answers beyond those that a model gives right after it was fitted add up
 * to `most`: Modyn's avoidable misclassifications, which better measures do not pay back.
 */
export function onAvoidable(most: number): () => Trigger {
  return () => {
    let avoidable = 0;
    return onMeasures(({ accuracy, expected, rows }) => {
      avoidable += Math.max(0, expected - accuracy) * rows;
      if (avoidable < most) return false;
      avoidable = 0;
      return true;
    });
  };
}

interface Measure {
  readonly accuracy: number;
  /** Mean of the first measures after each fit. */
  readonly expected: number;
  readonly rows: number;
}

/** Asks at each measure; the first one after a fit says what to expect, and asks nothing. */
function onMeasures(isDue: (measure: Measure) => boolean): Trigger {
  const fresh: number[] = [];
  let isFresh = true;
  let [rows, right] = [0, 0];
  return {
    isDue(look: Look) {
      rows += look.labelled;
      right += look.right;
      if (rows < MEASURED_ROWS) return false;
      const measured = { accuracy: right / rows, rows };
      [rows, right] = [0, 0];
      if (isFresh) fresh.push(measured.accuracy);
      const due = !isFresh && isDue({ ...measured, expected: mean(fresh) });
      isFresh = due;
      return due;
    },
  };
}
