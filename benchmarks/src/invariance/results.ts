import type { InputLog, WindowCheck } from '@driftloop/invariance';
import { isSame, type RowDifferences, rowCounts } from '@driftloop/invariance';
import type { Result } from '../harness/benchmark.ts';
import type { RunOutcome } from './run/perform-run.ts';

const RUN_BAR = 'comes to rest, no service ends by itself, ClickHouse has the rows of the topics';

/** That a run came to its end, and how. */
export function runResult(name: string, outcome: RunOutcome, { records }: InputLog): Result {
  const { settled, seconds, ended, deadLetters, logs, conclusions } = outcome;
  const rows = rowCounts(conclusions);
  const isStored = [...rows.values()].every(({ topic, table }) => topic === table);
  return {
    metric: `${name}: processed`,
    value: seconds,
    unit: 's',
    bar: RUN_BAR,
    holds: settled && ended.length === 0 && isStored,
    figures: {
      records: records.length,
      settled,
      ended,
      deadLetters,
      rows: Object.fromEntries(rows),
      ...(logs === undefined ? {} : { logs }),
    },
  };
}

/** That a run could not be done. */
export function failedResult(name: string, error: Error): Result {
  return {
    metric: `${name}: processed`,
    value: Number.NaN,
    unit: 's',
    bar: RUN_BAR,
    holds: false,
    figures: { examples: [error.message] },
  };
}

/** That windows hold every row: one result per model and signal. */
export function windowResults(name: string, checks: ReadonlyMap<string, WindowCheck>): Result[] {
  return [...checks].map(([signal, check]) => {
    const { due, held, lost, repeated, unexpected } = check;
    return {
      metric: `${name}: rows in windows, ${signal}`,
      value: held,
      unit: `of ${due}`,
      bar: 'none lost, repeated or unexpected',
      holds: due > 0 && lost + repeated + unexpected === 0,
      figures: { ...check },
    };
  });
}

/** That a run concluded what another one did: one result per topic and table. */
export function differenceResults(
  name: string,
  other: string,
  differences: ReadonlyMap<string, RowDifferences>,
): Result[] {
  return [...differences].map(([what, found]) => ({
    metric: `${name}: ${what} unlike ${other}`,
    value: found.lost + found.unexpected + found.contradicting + found.differing,
    unit: `of ${found.rows} rows`,
    bar: 'none',
    holds: isSame(found),
    figures: { ...found },
  }));
}

/** The first things that are wrong, for people: a line each. */
export function describeFailures(results: readonly Result[]): string[] {
  return results
    .filter(({ holds }) => holds === false)
    .flatMap(({ metric, figures }) => {
      const examples = Array.isArray(figures?.examples) ? figures.examples.map(String) : [];
      const counts = Object.entries(figures ?? {}).flatMap(([key, value]) =>
        COUNTED.includes(key) && value !== 0 ? [`${key} ${JSON.stringify(value)}`] : [],
      );
      return [
        `${metric}: ${counts.join(', ')}`,
        ...examples.slice(0, SHOWN_EXAMPLES).map((example) => `  ${example}`),
      ];
    });
}

/** The JSON has some more. */
const SHOWN_EXAMPLES = 3;

/** Figures that say how much is wrong. */
const COUNTED = [
  'lost',
  'repeated',
  'unexpected',
  'contradicting',
  'differing',
  'columns',
  'settled',
  'ended',
  'logs',
];
