import type { Connections } from '@driftloop/connections';
import { type Conclusions, type Row, readConclusions } from '@driftloop/invariance';

/** All that a run of the services left behind, as readers see it. */
export interface History {
  readonly conclusions: Conclusions;
  readonly answers: readonly Row[];
  /** What could not be handled, by where it lies and why. */
  readonly letters: readonly Row[];
  /** Topic → how many records of it ClickHouse has, each once. */
  readonly stored: Readonly<Record<string, number>>;
}

/** How answers are told apart; when one was ready is the wall clock's. */
export const ANSWER_ROWS = { key: ['model', 'requestId', 'role', 'request'], ignored: ['servedAt'] };
/** The same of a request that may lie at several places. */
export const ANSWER_ROWS_BY_ID = {
  key: ['model', 'requestId', 'role'],
  ignored: ['servedAt', 'request', 'requestTime'],
};
/** One record may be refused by several services, each for its own reason. */
export const LETTER_ROWS = { key: ['topic', 'partition', 'offset', 'code'], ignored: [] };

/** Reads it, once ClickHouse has taken in what is on Kafka. */
export async function readHistory(connections: Pick<Connections, 'bus' | 'warehouse'>): Promise<History> {
  const { bus, warehouse } = connections;
  const conclusions = await readConclusions(connections);
  const answers: Row[] = [];
  const newest = new Map<string, number>();
  for await (const records of bus.slice('inference.predictions', { by: 'offset' })) {
    for (const { value, partition } of records) {
      const { requestPartition, requestOffset, ...answer } = value;
      // The rule by which every reader drops an answer that was written again.
      const last = newest.get(`${partition}/${value.role}/${value.model}`) ?? -1;
      if (requestOffset <= last) continue;
      newest.set(`${partition}/${value.role}/${value.model}`, requestOffset);
      answers.push({
        ...answer,
        outputs: [...answer.outputs],
        request: `${requestPartition}/${requestOffset}`,
      });
    }
  }
  const letters: Row[] = [];
  for await (const records of bus.slice('dead.letters', { by: 'offset' })) {
    for (const { value } of records) {
      const { topic, partition, offset, code, value: bytes } = value;
      letters.push({ topic, partition, offset, code, bytes: Buffer.from(bytes ?? []).toString('base64') });
    }
  }
  const stored: Record<string, number> = {};
  for (const [topic, table] of Object.entries(TABLES)) {
    const [row] = await warehouse.query<{ n: string | number }>(
      `SELECT uniqExact(kafka_partition, kafka_offset) AS n FROM ${warehouse.database}.${table}`,
    );
    stored[topic] = Number(row?.n ?? 0);
  }
  return { conclusions, answers, letters, stored };
}

const TABLES = { 'inference.requests': 'requests', 'inference.labels': 'labels' };
