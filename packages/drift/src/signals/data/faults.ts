import { renamedCategories } from '../../faults/category-rule.ts';
import { constantColumns } from '../../faults/constant-rule.ts';
import { duplicateRows } from '../../faults/duplicate-rule.ts';
import type { Fault, FaultKind } from '../../faults/fault.ts';
import { type Column, columnsOf } from '../../faults/fault-window.ts';
import { missingColumns } from '../../faults/null-rule.ts';
import { placeholders } from '../../faults/placeholder-rule.ts';
import { roundedColumns } from '../../faults/rounded-rule.ts';
import { swappedColumns } from '../../faults/swapped-rule.ts';
import { type TimeMemory, timeFaults } from '../../faults/time-rules.ts';
import { unitChanges } from '../../faults/unit-rule.ts';
import type { Finding } from '../window-test.ts';
import type { DataTest, DataWindow } from './window.ts';

/** Between the names of columns that one finding is about. */
export const COLUMN_SEPARATOR = ', ';

/**
 * The tests that look for a fault of the pipeline. They say what a change is, and nothing where
 * there is none. They have no part in the false alarms, so none of them calls a window drifted, and
 * they weigh nothing.
 */
export const FAULT_TESTS: readonly DataTest[] = [
  faultTest('swapped', ofColumns(swappedColumns)),
  faultTest('renamed', ofColumns(renamedCategories)),
  faultTest('unit', ofColumns(unitChanges)),
  faultTest('constant', ofColumns(constantColumns)),
  faultTest('placeholder', ofColumns(placeholders)),
  faultTest('rounded', ofColumns(roundedColumns)),
  faultTest('nulls', (window) => ({ faults: missingColumns(columnsOf(window), window.n) })),
  faultTest('clock', inTime('clock')),
  faultTest('duplicates', (window) => ({ faults: duplicateRows(window) })),
  faultTest('gap', inTime('gap')),
];

type Rule = (
  window: DataWindow,
  memory: unknown,
) => { readonly faults: readonly Fault[]; readonly memory?: unknown };

function faultTest(kind: FaultKind, rule: Rule): DataTest {
  return {
    name: kind,
    fault: kind,
    byDefault: true,
    raisesAlarms: false,
    weight: 0,
    words: ({ detail = '' }) => detail,
    run(window, known) {
      const { faults, memory } = rule(window, known);
      return { findings: faults.map(findingOf), ...(memory === undefined ? {} : { memory }) };
    },
  };
}

function findingOf({ columns, share, text }: Fault): Finding {
  return {
    feature: columns.join(COLUMN_SEPARATOR),
    statistic: share,
    expected: 0,
    threshold: 0,
    pValue: null,
    detail: text,
    severity: 0,
    drifted: false,
    changePoint: null,
  };
}

function ofColumns(rule: (columns: readonly Column[]) => readonly Fault[]): Rule {
  return (window) => ({ faults: rule(columnsOf(window)) });
}

function inTime(kind: 'clock' | 'gap'): Rule {
  return (window, known) => {
    const { memory, ...faults } = timeFaults(window, known as TimeMemory | undefined);
    return { faults: faults[kind], memory };
  };
}
