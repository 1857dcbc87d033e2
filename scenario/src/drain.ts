import { setTimeout as sleep } from 'node:timers/promises';
import type { Connections } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';
import { COMMAND_GROUPS, DRIFT_GROUPS, SERVING_GROUP, type TopicName } from '@driftloop/schemas';

/** Topics that show whether anything still happens. */
const WATCHED: readonly TopicName[] = [
  'inference.predictions',
  'drift.signals',
  'drift.verdicts',
  'retrain.commands',
  'training.progress',
  'model.events',
  'dead.letters',
];

const POLL_MS = 250;

/**
 * Waits until the loop has nothing left to do: every request is answered or refused, every input
 * has been read by the drift services, every command has ended, no topic has grown for `quietMs`,
 * and ClickHouse holds all of it.
 *
 * @throws DriftloopError STARTUP_TIMEOUT saying what is still outstanding
 */
export async function drained(
  { bus, warehouse }: Pick<Connections, 'bus' | 'warehouse'>,
  options: { readonly quietMs: number; readonly timeoutMs: number },
): Promise<void> {
  const deadline = performance.now() + options.timeoutMs;
  let before = '';
  let quietSince = performance.now();
  for (;;) {
    const ends = await Promise.all(WATCHED.map((topic) => bus.offsets(topic)));
    const now = JSON.stringify(ends);
    if (now !== before) quietSince = performance.now();
    before = now;
    const outstanding = await openCommands(bus);
    const unread = await unreadInputs(bus);
    const isQuiet = performance.now() - quietSince >= options.quietMs;
    if (isQuiet && outstanding === 0 && unread === 0) break;
    if (performance.now() > deadline) {
      throw new DriftloopError(
        'STARTUP_TIMEOUT',
        `The loop did not come to rest within ${options.timeoutMs} ms: ${outstanding} retrain commands are open, drift services have ${unread} records to read; the services' logs say more.`,
      );
    }
    await sleep(POLL_MS);
  }
  for (const topic of [
    'inference.requests',
    'inference.labels',
    'inference.predictions',
    'drift.signals',
    'drift.verdicts',
    'model.events',
  ] as const) {
    const positions = (await bus.offsets(topic)).map(({ partition, high }) => ({ partition, offset: high }));
    await warehouse.waitForIngest(topic, positions, {
      timeoutMs: Math.max(1_000, deadline - performance.now()),
    });
  }
}

/** Records that inference or a drift service has not gone past. */
async function unreadInputs(bus: Connections['bus']): Promise<number> {
  const readers = [['inference.requests', SERVING_GROUP], ...Object.entries(DRIFT_GROUPS)] as [
    TopicName,
    string,
  ][];
  const lags = await Promise.all(readers.map(([topic, group]) => lagOf(bus, topic, group)));
  return lags.reduce((sum, lag) => sum + lag, 0);
}

/** Commands that the trainer has not ended, by its groups' positions. */
export async function openCommands(bus: Connections['bus']): Promise<number> {
  const open = Object.values(COMMAND_GROUPS).map((group) => lagOf(bus, 'retrain.commands', group));
  // A command is open in every group until it has been passed, whichever carries it out.
  return Math.max(...(await Promise.all(open)));
}

async function lagOf(bus: Connections['bus'], topic: TopicName, group: string): Promise<number> {
  const ends = await bus.offsets(topic);
  const positions = await bus.groupOffsets(group, topic);
  const committed = new Map(positions.map(({ partition, offset }) => [partition, offset]));
  return ends.reduce(
    (sum, { partition, low, high }) =>
      sum + Math.max(0, high - Math.max(low, committed.get(partition) ?? low)),
    0,
  );
}
