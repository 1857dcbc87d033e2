import type { ModelTask, Signal } from '@driftloop/schemas';
import type { EvidenceItem } from './state.ts';

/** Says in words what a test found. */
export function wordsOf(task: ModelTask, signal: Signal, item: EvidenceItem, n: number): string {
  const special =
    signal === 'data'
      ? dataWords(item)
      : signal === 'prediction'
        ? predictionWords(item)
        : conceptWords(task, item);
  const found = special ?? `${item.detector} ${round(item.statistic)}, ${round(item.threshold)} is the limit`;
  // The rows belong to what was found, before the comma and what was expected.
  const [what, ...expected] = found.split(', ');
  return [`${what} over ${count(n)} rows`, ...expected].join(', ');
}

function dataWords({ detector, feature, statistic, threshold }: EvidenceItem): string | undefined {
  switch (detector) {
    case 'ks':
      return `values of ${feature} lie ${percent(statistic)} from the reference's distribution, ${percent(threshold)} is the limit`;
    case 'psi':
      return `${feature} has a stability index of ${round(statistic)}, ${round(threshold)} is the limit`;
    case 'chi2':
      return `the categories of ${feature} come in other shares (chi-square ${round(statistic)})`;
    case 'mean':
      return `the mean of ${feature} moved by ${round(statistic)} standard deviations`;
    case 'missing':
      return `${percent(statistic)} of ${feature} is missing or not finite, up to ${percent(threshold)} expected`;
    case 'mmd':
      return 'the features together look unlike the reference';
    case 'pca':
      return 'the features do not move together as they did';
    default:
      return undefined;
  }
}

function predictionWords({ detector, statistic, threshold }: EvidenceItem): string | undefined {
  switch (detector) {
    case 'cbpe':
      return `estimated accuracy ${percent(statistic)}, at least ${percent(threshold)} expected`;
    case 'classes':
      return `the predicted classes come in other shares (chi-square ${round(statistic)})`;
    case 'confidence':
      return `the answers lie ${percent(statistic)} from the reference's distribution, ${percent(threshold)} is the limit`;
    case 'entropy':
      return `mean entropy of the answers ${round(statistic)}, ${round(threshold)} is the limit`;
    default:
      return undefined;
  }
}

function conceptWords(task: ModelTask, item: EvidenceItem): string | undefined {
  const { detector, statistic, threshold } = item;
  switch (detector) {
    case 'accuracy':
      return task !== 'regression'
        ? `accuracy ${percent(statistic)}, at least ${percent(threshold)} expected`
        : `mean squared error ${round(statistic)}, at most ${round(threshold)} expected`;
    case 'calibration':
      return `the model is surer than right by ${percent(statistic)}, up to ${percent(threshold)} expected`;
    case 'labels':
      return `the true classes come in other shares (chi-square ${round(statistic)})`;
    case 'lag':
      return undefined;
    default:
      return item.drifted
        ? `${detector} found more errors, ${percent(statistic)} now`
        : `${detector} sees ${percent(statistic)} errors`;
  }
}

function percent(value: number): string {
  return `${(100 * value).toFixed(0)} %`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
