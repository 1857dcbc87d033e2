import { LOSSES, METRICS } from '@driftloop/estimates';
import type { ModelSpec } from '@driftloop/schemas';
import { hasClasses } from '@driftloop/spec';
import { MOST_CLASSES } from '../../layout/estimate-layout.ts';

/** The accuracy of all windows of a version so far. */
export const RUNNING = 'runningAccuracy';

const NAMES: Readonly<Record<string, string>> = {
  [RUNNING]: 'accuracy since the version began',
  rocAuc: 'ROC AUC',
  f1: 'F1',
  mae: 'mean absolute error',
  mse: 'mean squared error',
  rmse: 'root mean squared error',
};

/** What a metric is called in words. */
export function nameOf(metric: string): string {
  return NAMES[metric] ?? metric;
}

/** Whether more of it is worse. */
export function isLoss(metric: string): boolean {
  return LOSSES.some((loss) => loss === metric);
}

/** Metrics that are estimated of a model without labels: what a spec may set a limit for. */
export function metricsOf({
  task,
  classes,
  outputs = [],
}: Pick<ModelSpec, 'task' | 'classes' | 'outputs'>): readonly string[] {
  if (hasClasses(task)) return classes <= MOST_CLASSES ? METRICS : [];
  return task === 'regression' && outputs.length === 0 ? LOSSES : [];
}
