import { setTimeout as sleep } from 'node:timers/promises';
import { DriftloopError } from '@driftloop/errors';
import type { InputPosition } from '@driftloop/schemas';
import type { SqlClient } from '../sql-client.ts';
import type { StoredTopic } from '../tables.ts';
import { consumed, ingested, type Positions } from './ingested.ts';

/**
 * Without a new row for so long, the consumer's own position decides: several times what a message
 * needs to become a row.
 */
const QUIET_MS = 3_000;

/**
 * Waits until a topic has been read up to the given positions (one past the last offset). Where the
 * last messages before a position leave no row, that is when the consumer has passed them and
 * nothing has come for three seconds.
 *
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE, retriable, when that takes longer than timeoutMs
 */
export async function waitForIngest(
  client: SqlClient,
  database: string,
  topic: StoredTopic,
  positions: readonly InputPosition[],
  timeoutMs: number,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  let last = '';
  let changedAt = performance.now();
  for (let pauseMs = 20; ; pauseMs = Math.min(2 * pauseMs, 200)) {
    const rows = await ingested(client, database, topic);
    const missing = behind(positions, rows);
    if (missing.length === 0) return;
    const now = performance.now();
    const seen = describe(missing, rows);
    if (seen !== last) changedAt = now;
    last = seen;
    if (now - changedAt > QUIET_MS) {
      if (behind(missing, await consumed(client, database, topic)).length === 0) return;
    }
    if (now > giveUpAt) throw tooSlow(topic, timeoutMs, seen);
    await sleep(pauseMs);
  }
}

function behind(wanted: readonly InputPosition[], reached: Positions): InputPosition[] {
  return wanted.filter(({ partition, offset }) => (reached.get(partition) ?? 0) < offset);
}

function describe(missing: readonly InputPosition[], rows: Positions): string {
  return missing
    .map(({ partition, offset }) => `partition ${partition} at ${rows.get(partition) ?? 0} of ${offset}`)
    .join(', ');
}

function tooSlow(topic: StoredTopic, timeoutMs: number, seen: string): DriftloopError {
  return new DriftloopError(
    'WAREHOUSE_UNAVAILABLE',
    `ClickHouse has not read ${topic} in ${timeoutMs} ms (${seen}). See system.kafka_consumers in ClickHouse.`,
  );
}
