import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DriftloopError } from '@driftloop/errors';
import { freePorts } from '../ports.ts';
import { endProcess } from '../processes/end-process.ts';
import type { PartCommand } from '../processes/part-command.ts';
import { startPartProcess } from '../processes/part-process.ts';
import { startWatchdog } from '../processes/watchdog.ts';
import type { Part, PartRun } from './part.ts';

/** Writing a class archive at the end takes 3 to 4 s on two cores. */
const END_MS = 60_000;
const READY_MS = 120_000;

/** Runs a part in a temporary folder until it is ready, then ends it in good order. */
export async function rehearse(
  part: Part,
  folder: string,
  command: (run: PartRun) => Promise<PartCommand>,
): Promise<void> {
  const id = randomUUID();
  const run: PartRun = {
    folder,
    ports: await freePorts(part.portCount),
    id,
    mark: `${part.name}:rehearsal-${id}`,
  };
  const watchdog = startWatchdog(folder);
  const child = await startPartProcess(await command(run), folder, join(folder, 'log'), watchdog);
  try {
    const deadline = performance.now() + READY_MS;
    while (!(await part.isReady(run))) {
      if (child.ending() !== undefined || performance.now() > deadline) {
        throw new DriftloopError('LOCAL_START_FAILED', `The rehearsal of ${part.name} did not become ready.`);
      }
      await delay(100);
    }
  } finally {
    await endProcess(child.pid, END_MS);
    watchdog.release();
  }
}
