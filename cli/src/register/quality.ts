import type { ModelTask } from '@driftloop/schemas';

/** How good a version is, in a few words. */
export function qualityText(task: ModelTask, metrics: Readonly<Record<string, number>>): string {
  return task === 'regression'
    ? `squared error ${metrics.squaredError?.toFixed(4)}`
    : `accuracy ${metrics.accuracy?.toFixed(4)}`;
}
