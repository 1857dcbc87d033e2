import { Worker } from 'node:worker_threads';
import type { Concluded, SketchReplayInput } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';

const THREAD = new URL('./thread.ts', import.meta.url);

/** Judges one question after another, each on a thread, so that they take one core at most. */
export interface WhatIf {
  /** @throws DriftloopError RATE_LIMITED while too many wait */
  judge(input: SketchReplayInput): Promise<Concluded>;
}

/** Questions that may wait. */
const MOST_WAITING = 8;

export function createWhatIf(): WhatIf {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    judge(input) {
      if (waiting >= MOST_WAITING)
        return Promise.reject(
          new DriftloopError('RATE_LIMITED', 'Others ask "what if" as well: ask again in a few seconds.'),
        );
      waiting++;
      const own = last.then(() => onThread(input));
      last = own.catch(() => undefined).finally(() => waiting--);
      return own;
    },
  };
}

function onThread(input: SketchReplayInput): Promise<Concluded> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(THREAD, { workerData: input });
    thread.once('message', (concluded: Concluded) => {
      resolve(concluded);
      void thread.terminate();
    });
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('A thread for a what-if has ended without an answer.')));
  });
}
