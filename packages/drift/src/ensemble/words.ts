import type { ModelTask } from '@driftloop/schemas';
import type { EvidenceItem } from '../signals/evidence-item.ts';
import { measured, rounded } from '../signals/words.ts';
import type { TestTable } from './test-table.ts';

/**
 * Says in words what a test observed, over how many rows, what it expected, and what its limit is.
 */
export function wordsOf(tests: TestTable, task: ModelTask, item: EvidenceItem, n: number): string {
  const { detector, feature } = item;
  // What was restored may be of a test that no longer exists.
  const words =
    tests.get(detector)?.words(item, task) ??
    measured(item, feature ? `${detector} of ${feature}` : detector, rounded);
  if (typeof words === 'string') return words;
  const { observed, expected, limit } = words;
  const rows = `${n.toLocaleString('en-US')} ${n === 1 ? 'row' : 'rows'}`;
  return [`${observed} over ${rows}`, ...(expected === undefined ? [] : [expected]), limit].join(', ');
}
