import type { ModelSpec, Signal } from '@driftloop/schemas';
import {
  CONCLUSION_TOPICS,
  type Conclusions,
  type ConclusionTopic,
  TABLE_ROWS,
  TOPIC_ROWS,
} from '../conclusions/conclusions.ts';
import type { Row } from '../conclusions/row.ts';
import { checkWindows, type FoundWindow, type WindowCheck } from './check-windows.ts';
import { closedThrough } from './closed-through.ts';
import { compareRows, countRows, type RowDifferences } from './compare-rows.ts';
import type { ExpectedRows } from './expected-rows.ts';

const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];

/** Model/signal → up to which event time windows must have closed. */
export type ClosedThrough = ReadonlyMap<string, number>;

/** The ends of what can be known to be closed, by the log alone. */
export function closedOf(specs: readonly ModelSpec[], expected: ExpectedRows): ClosedThrough {
  return new Map(
    specs.flatMap((spec) =>
      SIGNALS.map((signal) => [
        `${spec.model}/${signal}`,
        closedThrough(spec, expected.get(spec.model)?.[signal] ?? []),
      ]),
    ),
  );
}

/** Checks the windows of all models and signals of a run: model/signal → what they hold. */
export function checkSignals(
  specs: readonly ModelSpec[],
  expected: ExpectedRows,
  closed: ClosedThrough,
  signals: readonly Row[],
): ReadonlyMap<string, WindowCheck> {
  return new Map(
    specs.flatMap((spec) =>
      SIGNALS.map((signal) => {
        const name = `${spec.model}/${signal}`;
        const rows = expected.get(spec.model)?.[signal] ?? [];
        // An alarm of the row watch is about the moment at which it was raised, not about a window
        // of rows.
        const own = signals.filter(
          (row) => row.model === spec.model && row.signal === signal && row.detector !== 'row-watch',
        );
        return [name, checkWindows(spec, rows, windowsOf(own), closed.get(name) ?? -Infinity)];
      }),
    ),
  );
}

/** All rows of a run beside those of another: topic or table → differences. */
export function compareConclusions(
  reference: Conclusions,
  run: Conclusions,
  closed: ClosedThrough,
): ReadonlyMap<string, RowDifferences> {
  const tables = compareTables(reference.tables, run.tables, closed);
  return new Map([
    ...compareTopics(reference.topics, run.topics, closed),
    ...[...tables].map(([topic, differences]) => [`${topic} in ClickHouse`, differences] as const),
  ]);
}

/** The same for the tables alone: they have what was on topics that are not there any more. */
export function compareTables(
  reference: Conclusions['tables'],
  run: Conclusions['tables'],
  closed: ClosedThrough,
): ReadonlyMap<ConclusionTopic, RowDifferences> {
  return new Map(
    CONCLUSION_TOPICS.map((topic) => [
      topic,
      compareRows(reference[topic], run[topic], TABLE_ROWS[topic], (row) => isClosed(row, closed)),
    ]),
  );
}

/** The same for the topics alone, all that a backtest has. */
export function compareTopics(
  reference: Conclusions['topics'],
  run: Readonly<Record<ConclusionTopic, readonly Row[]>>,
  closed: ClosedThrough,
): ReadonlyMap<string, RowDifferences> {
  return new Map(
    CONCLUSION_TOPICS.map((topic) => [
      topic,
      compareRows(reference[topic], run[topic], TOPIC_ROWS[topic], (row) => isClosed(row, closed)),
    ]),
  );
}

/** Topic → how many different rows it has, and how many its table has. */
export function rowCounts({
  topics,
  tables,
}: Conclusions): ReadonlyMap<ConclusionTopic, { readonly topic: number; readonly table: number }> {
  return new Map(
    CONCLUSION_TOPICS.map((topic) => [
      topic,
      {
        topic: countRows(topics[topic], TOPIC_ROWS[topic]),
        table: countRows(tables[topic], TABLE_ROWS[topic]),
      },
    ]),
  );
}

/**
 * Whether a row must be there: its window must have closed, and for a verdict or a command those of
 * all signals.
 */
function isClosed(row: Row, closed: ClosedThrough): boolean {
  const end = timeOf(row.windowEnd ?? row.window_end ?? row.eventTime ?? row.event_time);
  const signals = row.signal === undefined ? SIGNALS : [String(row.signal)];
  return signals.every((signal) => end <= (closed.get(`${String(row.model)}/${signal}`) ?? -Infinity));
}

/** ClickHouse writes times as text without a zone; they are UTC. */
function timeOf(value: unknown): number {
  return typeof value === 'number' ? value : Date.parse(`${String(value).replace(' ', 'T')}Z`);
}

/** A window has a row per test, and all say how many rows it had. */
function windowsOf(signals: readonly Row[]): FoundWindow[] {
  const windows = new Map<string, FoundWindow>();
  for (const { windowStart, windowEnd, n } of signals) {
    const window = { start: Number(windowStart), end: Number(windowEnd), n: Number(n) };
    const key = `${window.start}/${window.end}`;
    const known = windows.get(key);
    if (!known || known.n < window.n) windows.set(key, window);
  }
  return [...windows.values()];
}
