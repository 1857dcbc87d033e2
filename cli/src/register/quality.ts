import type { ModelTask } from '@driftloop/schemas';
import { hasClasses } from '@driftloop/spec';

/** How good a version is, in a few words. */
export function qualityText(task: ModelTask, metrics: Readonly<Record<string, number>>): string {
  if (hasClasses(task)) return `accuracy ${metrics.accuracy?.toFixed(4)}`;
  if (metrics.error === undefined) return `squared error ${metrics.squaredError?.toFixed(4)}`;
  return errorText(task, metrics.error);
}

/** The error of several outputs, which has no unit. */
function errorText(task: ModelTask, error: number): string {
  return task === 'multilabel'
    ? `wrong labels ${(100 * error).toPrecision(3)} %`
    : `mean error ${error.toPrecision(4)} in spreads of the labels`;
}
