import { listed } from '@driftloop/errors';
import type { ModelTask } from '@driftloop/schemas';
import { hasClasses } from '@driftloop/spec';
import { mostErrorIn } from '../../profile/squared-error.ts';
import type { EvidenceItem } from '../evidence-item.ts';
import { type Direction, leastOfShares, meanShift } from '../statistics/mean-shift.ts';
import { percent } from '../statistics/shares.ts';
import { findingOf } from '../window-test.ts';
import { measured, rounded, type Words } from '../words.ts';
import { type ConceptTest, type ConceptWindow, meanOf, referenceScore, scoreOf } from './window.ts';

/**
 * Accuracy of the window (mean squared error of a regression) against the reference's. Drift when
 * it is worse by more than chance, with the spread that windows of the reference have. Squared
 * errors are tested as shares of the most that one counts, so that the label's unit does not
 * matter, and reported in its square.
 */
export const ACCURACY_TEST: ConceptTest = {
  name: 'accuracy',
  byDefault: true,
  weight: 4,
  isScore: true,
  words: (item, task) => (hasClasses(task) ? measured(item, 'accuracy', percent) : errorWords(item, task)),
  run(window) {
    const { outputs } = window.profile;
    const isRegression = outputs.layout.classes === 0;
    const most = isRegression ? mostErrorIn(outputs) : 0;
    const reference = referenceScore(window);
    const mean = meanOf(window.content, (outcome) => scoreOf(window, outcome));
    const worse: Direction = isRegression ? 'up' : 'down';
    // Answers are right or wrong, also those of a regression whose reference is exact.
    const least = most > 0 ? undefined : leastOfShares(reference.rows);
    const shift = meanShift(reference, mean, window.content.length, worse, window.alpha, least);
    if (!isRegression) return { findings: [findingOf(window, shift)] };
    const unit = most > 0 ? most : 1;
    const inUnits = {
      statistic: shift.statistic * unit,
      expected: shift.expected * unit,
      threshold: shift.threshold * unit,
    };
    const detail = [meaningOf(window), heldRows(window)].filter((part) => part !== '').join('; ');
    return { findings: [findingOf(window, { ...shift, ...inUnits, detail })] };
  },
};

/** Rows that count less than they are off by, in words. */
function heldRows(window: ConceptWindow): string {
  const most = mostErrorIn(window.profile.outputs);
  const held = window.content.filter((outcome) => scoreOf(window, outcome) === 1).length;
  if (held === 0) return '';
  const rows = `${held} of ${window.content.length} rows`;
  if (most === 0) return `${rows} are not exact as all of the reference are`;
  const off = Number(Math.sqrt(most).toPrecision(3));
  return `${rows} are off by ${off} or more and count as that`;
}

/** Begins the detail of an error that has no unit. */
const IN_SPREADS = 'in spreads of';

/** What the error of several outputs is the mean of, in words; empty for one value. */
function meaningOf({ profile }: ConceptWindow): string {
  const { outputs } = profile.outputs.layout;
  if (outputs === undefined) return '';
  if (outputs.every(({ role }) => role === 'label')) return '';
  return `${IN_SPREADS} ${outputs.length === 1 ? 'the label' : listed(outputs.map(({ name }) => name))}`;
}

/** How many rows count less than they are off by stands last. */
function errorWords(item: EvidenceItem, task: ModelTask): Words {
  const error = item.detail?.startsWith(IN_SPREADS) ? 'mean error' : 'mean squared error';
  const words =
    task === 'multilabel' ? measured(item, 'wrong labels', percent) : measured(item, error, rounded);
  return item.detail ? { ...words, limit: `${words.limit}; ${item.detail}` } : words;
}
