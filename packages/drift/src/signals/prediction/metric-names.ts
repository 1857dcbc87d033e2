import { LOSSES } from '@driftloop/estimates';

const NAMES: Readonly<Record<string, string>> = {
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
