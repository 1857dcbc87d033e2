import { join } from 'node:path';
import type { Connections } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';
import { followStudy, isFinished, type StudyState, studyTable } from '@driftloop/studies';
import { environmentOf } from '../environment/settings.ts';
import { howEnded, launchService, type ServiceProcess } from '../processes/service-process.ts';

/** Workers that may end in one place before it is given up. */
const MOST_LOST = 100;

/** How a study is worked on. */
export interface WorkerProcesses {
  readonly count: number;
  readonly data: string;
  /** Where shell steps of the study run. */
  readonly folder?: string;
  /** Tells nothing of how far it is. */
  readonly quiet: boolean;
}

/**
 * Starts worker processes, waits until nothing is left of the study, and ends them. What is under
 * way when this process is ended goes on where it was when it is started again.
 */
export async function runWorkers(
  bus: Pick<Connections['bus'], 'follow'>,
  id: string,
  { count, data, folder, quiet }: WorkerProcesses,
): Promise<StudyState> {
  const environment = {
    ...environmentOf(data, process.env),
    // Of this study alone: others on the topic may be by anybody.
    ...(folder === undefined ? {} : { STUDY_FOLDER: folder, STUDY_STEPS_OF: id }),
  };
  const stopping = new AbortController();
  const finished = followStudy(bus, id, {
    signal: stopping.signal,
    onChange(state) {
      const { done, failed, claimed, waiting } = studyTable(state).counts;
      if (!quiet && process.stderr.isTTY)
        process.stderr.write(`\r${done} done, ${failed} failed, ${claimed} under way, ${waiting} waiting  `);
      return isFinished(state);
    },
  });
  const workers = new Set<ServiceProcess>();
  const keep = async (): Promise<void> => {
    for (let lost = 0; lost < MOST_LOST && !stopping.signal.aborted; lost++) {
      const worker = await launchService('study-worker', { environment, logDir: join(data, 'logs') });
      workers.add(worker);
      // It may have been ready after the last job had ended.
      if (stopping.signal.aborted) process.kill(worker.pid, 'SIGTERM');
      const ending = await worker.exited;
      workers.delete(worker);
      if (!stopping.signal.aborted && !quiet)
        console.error(`A worker ${howEnded(ending)}; another takes its place. Its log is ${worker.log}`);
    }
    if (!stopping.signal.aborted)
      throw new DriftloopError('LOCAL_START_FAILED', 'Workers end again and again: their log says why.');
  };
  const kept = Array.from({ length: count }, keep);
  const lost = Promise.all(kept).then(() => new Promise<never>(() => {}));
  try {
    return await Promise.race(count === 0 ? [finished] : [finished, lost]);
  } finally {
    stopping.abort();
    if (!quiet && process.stderr.isTTY) process.stderr.write('\n');
    for (const worker of workers) process.kill(worker.pid, 'SIGTERM');
    await Promise.allSettled([finished, ...kept]);
  }
}
