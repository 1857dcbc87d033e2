import type { ModelTask, Signal } from '@driftloop/schemas';
import { ALONE, percent } from '../signals/shares.ts';
import type { EvidenceItem } from './state.ts';

/** What was seen, what was expected, and from where on it counts. */
interface Words {
  readonly observed: string;
  /** Absent where nobody knows what to expect. */
  readonly expected?: string | undefined;
  readonly limit: string;
}

/** Says in words what a test observed, over how many rows, what it expected, and what its limit is. */
export function wordsOf(task: ModelTask, signal: Signal, item: EvidenceItem, n: number): string {
  // Two versions side by side: neither is expected to be anything.
  if (typeof item.rival === 'number') return item.detail ?? '';
  const { observed, expected, limit } = partsOf(task, signal, item);
  const rows = `${n.toLocaleString('en-US')} ${n === 1 ? 'row' : 'rows'}`;
  return [`${observed} over ${rows}`, ...(expected === undefined ? [] : [expected]), limit].join(', ');
}

function partsOf(task: ModelTask, signal: Signal, item: EvidenceItem): Words {
  const words =
    signal === 'data'
      ? dataWords(item)
      : signal === 'prediction'
        ? predictionWords(task, item)
        : conceptWords(task, item);
  return words ?? measured(item, `${item.detector}${item.feature ? ` of ${item.feature}` : ''}`, round);
}

function dataWords(item: EvidenceItem): Words | undefined {
  const { detector, feature, statistic, threshold, expected } = item;
  switch (detector) {
    case 'ks':
      return byChance(
        item,
        `values of ${feature} lie ${percent(statistic)} from the reference's distribution`,
        percent,
      );
    case 'psi':
      return byChance(item, `${feature} has a stability index of ${round(statistic)}`, round);
    case 'chi2':
      return shares(item, `the categories of ${feature} come in other shares`);
    case 'mean': {
      const from = expected ?? 0;
      return {
        observed: `the mean of ${feature} moved by ${signed(statistic - from)} standard deviations`,
        expected: '0 expected',
        limit: `${signed(threshold - from)} is the limit`,
      };
    }
    case 'missing':
      return {
        observed: `${percent(statistic)} of ${feature} is missing or not finite`,
        ...expectedAs(item, percent),
        limit: `${percent(threshold)} is the limit`,
      };
    case 'mmd':
      return measured(
        item,
        'the features together look unlike the reference, their mean discrepancy is',
        round,
      );
    case 'pca':
      return measured(
        item,
        'the features do not move together as they did, their reconstruction error is',
        round,
      );
    default:
      return undefined;
  }
}

function predictionWords(task: ModelTask, item: EvidenceItem): Words | undefined {
  const { detector, statistic } = item;
  switch (detector) {
    case 'cbpe':
      return measured(item, 'estimated accuracy', percent);
    case 'classes':
      return shares(item, 'the predicted classes come in other shares');
    case 'confidence': {
      const what = task === 'regression' ? 'the predicted values lie' : 'the confidences of the answers lie';
      return byChance(item, `${what} ${percent(statistic)} from the reference's distribution`, percent);
    }
    case 'entropy':
      return measured(item, 'mean entropy of the answers', round);
    default:
      return undefined;
  }
}

function conceptWords(task: ModelTask, item: EvidenceItem): Words | undefined {
  switch (item.detector) {
    case 'accuracy':
      return task === 'regression' ? squaredError(item) : measured(item, 'accuracy', percent);
    case 'calibration':
      return measured(item, 'the model is surer than right by', percent);
    case 'labels':
      return shares(item, 'the true classes come in other shares');
    case 'lag':
      return {
        ...measured(item, 'labels come', seconds),
        observed: `labels come ${seconds(item.statistic)} after the answers`,
      };
    default:
      return alarm(task, item);
  }
}

/** How many rows count less than they are off by stands last. */
function squaredError(item: EvidenceItem): Words {
  const words = measured(item, 'mean squared error', round);
  return item.detail ? { ...words, limit: `${words.limit}; ${item.detail}` } : words;
}

/** A streaming detector keeps its limit to itself; what a reader can judge is how seldom it is wrong. */
function alarm(task: ModelTask, { detector, statistic, expected, drifted, pValue }: EvidenceItem): Words {
  const errors = task === 'regression' ? 'rows with an error above the usual mean' : 'errors';
  const rate = percent(statistic);
  return {
    observed: drifted
      ? `${detector} found more ${errors}, ${rate} now`
      : `${detector} sees ${rate} ${errors}`,
    expected: expected === undefined || expected === null ? undefined : `${percent(expected)} expected`,
    limit: drifted
      ? `its limit is passed by chance in at most ${percent(pValue ?? 1)} of windows`
      : 'within its limit',
  };
}

function measured(item: EvidenceItem, what: string, show: (value: number) => string): Words {
  return {
    observed: `${what} ${show(item.statistic)}`,
    ...expectedAs(item, show),
    limit: `${show(item.threshold)} is the limit`,
  };
}

/** A distance is never 0: what chance alone gives is what to expect. */
function byChance(item: EvidenceItem, observed: string, show: (value: number) => string): Words {
  const { expected, threshold } = item;
  return {
    observed,
    expected:
      expected === undefined || expected === null ? undefined : `about ${show(expected)} expected by chance`,
    limit: `${show(threshold)} is the limit`,
  };
}

/** Shares first, for they are what a person can check; chi-square says how sure that is. */
function shares(item: EvidenceItem, otherwise: string): Words {
  const chiSquare = `chi-square ${round(item.statistic)}`;
  const { expected, limit } = byChance(item, '', round);
  if (!item.detail) return { observed: `${otherwise}: ${chiSquare}`, expected, limit };
  const together = item.detail.endsWith(ALONE) ? '' : '; all shares together';
  return { observed: `${item.detail}${together}: ${chiSquare}`, expected, limit };
}

function expectedAs({ expected }: EvidenceItem, show: (value: number) => string): Pick<Words, 'expected'> {
  return { expected: expected === undefined || expected === null ? undefined : `${show(expected)} expected` };
}

function signed(value: number): string {
  return value > 0 ? `+${round(value)}` : round(value);
}

function seconds(ms: number): string {
  return `${round(ms / 1000)} s`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
