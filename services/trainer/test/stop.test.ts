import assert from 'node:assert/strict';
import { test } from 'node:test';
import { carryOut, type Parts } from '../src/carry-out.ts';
import { orderOf } from '../src/commands/order.ts';
import type { Progress } from '../src/commands/progress.ts';
import { commandOf } from './fixtures/command.ts';
import { specOf } from './fixtures/job.ts';

const COMMAND = commandOf({ labelsThrough: [{ partition: 0, offset: 10 }] });
const never = new Promise<never>(() => {});

test('a stop ends the wait for labels that ClickHouse does not have yet, and leaves the command as it was', async () => {
  const stop = new AbortController();
  const told: string[] = [];
  const progress: Progress = {
    phase: async (phase) => void told.push(phase),
    steps: () => {},
    end: async (phase) => void told.push(`ended as ${phase}`),
  };
  const parts = {
    signal: stop.signal,
    config: { TRAINER_DATA_TIMEOUT_MS: 60_000 },
    registry: { model: () => ({ spec: specOf(), state: { live: 1, versions: new Map() } }) },
    bus: { offsets: async () => [{ partition: 0, low: 0, high: 1e9 }], offsetsAt: async () => [] },
    warehouse: {
      waitForIngest() {
        queueMicrotask(() => stop.abort());
        return never;
      },
    },
  } as unknown as Parts;
  assert.equal(await carryOut(orderOf(COMMAND), progress, parts), 'aborted');
  assert.deepEqual(told, ['reading']);
});
