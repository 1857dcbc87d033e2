import type { Connections } from '@driftloop/connections';
import type { Row, RowKind } from './row.ts';

/**
 * What drift came to in a run: every row of the three topics, and of the tables that they become.
 */
export interface Conclusions {
  readonly topics: Readonly<Record<ConclusionTopic, readonly Row[]>>;
  readonly tables: Readonly<Record<ConclusionTopic, readonly Row[]>>;
}

/** Topics with what was concluded. */
export type ConclusionTopic = 'drift.signals' | 'drift.verdicts' | 'retrain.commands';

export const CONCLUSION_TOPICS: readonly ConclusionTopic[] = [
  'drift.signals',
  'drift.verdicts',
  'retrain.commands',
];

/** How rows of the topics are told apart; `issuedAt` is the wall clock's. */
export const TOPIC_ROWS: Readonly<Record<ConclusionTopic, RowKind>> = {
  'drift.signals': {
    key: ['model', 'signal', 'windowStart', 'windowEnd', 'version', 'detector', 'feature', 'rival'],
    ignored: [],
  },
  'drift.verdicts': { key: ['model', 'windowStart', 'windowEnd', 'sequence'], ignored: [] },
  'retrain.commands': { key: ['model', 'eventTime', 'action'], ignored: ['issuedAt'] },
};

const KAFKA_COLUMNS = ['kafka_partition', 'kafka_offset', 'kafka_timestamp'];

/** The same for the tables. */
export const TABLE_ROWS: Readonly<Record<ConclusionTopic, RowKind>> = {
  'drift.signals': {
    key: ['model', 'signal', 'window_start', 'window_end', 'version', 'detector', 'feature', 'rival'],
    ignored: KAFKA_COLUMNS,
  },
  'drift.verdicts': { key: ['model', 'window_start', 'window_end', 'sequence'], ignored: KAFKA_COLUMNS },
  'retrain.commands': { key: ['model', 'event_time', 'action'], ignored: ['issued_at', ...KAFKA_COLUMNS] },
};

const TABLES: Readonly<Record<ConclusionTopic, string>> = {
  'drift.signals': 'signals',
  'drift.verdicts': 'verdicts',
  'retrain.commands': 'commands',
};

/** Reads all of it, once ClickHouse has taken in what is on Kafka. */
export async function readConclusions({
  bus,
  warehouse,
}: Pick<Connections, 'bus' | 'warehouse'>): Promise<Conclusions> {
  const topics: Record<ConclusionTopic, Row[]> = {
    'drift.signals': [],
    'drift.verdicts': [],
    'retrain.commands': [],
  };
  const tables = { ...topics };
  for (const topic of CONCLUSION_TOPICS) {
    const ends = await bus.offsets(topic);
    await warehouse.waitForIngest(
      topic,
      ends.map(({ partition, high }) => ({ partition, offset: high })),
      { timeoutMs: 120_000 },
    );
    for await (const records of bus.slice(topic, { by: 'offset' }))
      topics[topic].push(...records.map(({ value }) => comparable({ ...value })));
    const rows = await warehouse.query<Row>(`SELECT * FROM ${warehouse.database}.${TABLES[topic]}`);
    tables[topic] = rows.map(comparable);
  }
  return { topics, tables };
}

/**
 * How far the predictions had been read is said in their own offsets, and those shift when a
 * service writes an answer twice; the other inputs are the log itself.
 */
export function comparable(row: Row): Row {
  return row.signal === 'prediction' ? { ...row, through: undefined } : row;
}
