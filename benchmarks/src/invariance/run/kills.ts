import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet, ServiceName } from '@driftloop/cli';
import { createRandom } from '@driftloop/stats';

/** A service that is killed when so much of the input has been read. */
export interface Kill {
  readonly name: ServiceName;
  /** Share of the input, 0 to 1. */
  readonly at: number;
}

const POLL_MS = 100;

/**
 * Kills at moments that the seed decides, one in each of `count` equal parts of the input; every
 * service about equally often.
 */
export function killSchedule(seed: number, count: number, names: readonly ServiceName[]): Kill[] {
  const random = createRandom(seed).fork('kills');
  const order = Array.from({ length: count }, (_, index) => names[index % names.length]).filter(
    (name) => name !== undefined,
  );
  return random.shuffle(order).map((name, index) => ({ name, at: (index + random.uniform()) / (count + 1) }));
}

/**
 * Kills services as the schedule says, -9, and starts each again at once; resolves when all have
 * been and all run.
 *
 * @param options.readShare how much of the input has been read, 0 to 1
 * @param options.signal ends it before the rest of the schedule
 */
export async function killOnTheWay(
  fleet: Pick<Fleet, 'kill' | 'start'>,
  schedule: readonly Kill[],
  options: { readShare(): Promise<number>; readonly signal: AbortSignal },
): Promise<void> {
  const restarts = new Map<ServiceName, Promise<void>>();
  for (const { name, at } of schedule) {
    while (!options.signal.aborted && (await options.readShare()) < at) await sleep(POLL_MS);
    if (options.signal.aborted) break;
    await restarts.get(name);
    await fleet.kill(name);
    const restart = fleet.start(name);
    // Told when it is waited for.
    restart.catch(() => {});
    restarts.set(name, restart);
  }
  await Promise.all(restarts.values());
}
