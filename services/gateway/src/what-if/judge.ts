import { Worker } from 'node:worker_threads';
import type { Concluded, SketchReplayInput } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';

const THREAD = new URL('./thread.ts', import.meta.url);

/** Judges a question on a thread. @throws DriftloopError RATE_LIMITED where it takes too long */
export type Judge = (input: SketchReplayInput) => Promise<Concluded>;

/**
 * Answers one question after another, so that they take one core and one slice of memory at most.
 */
export interface WhatIf {
  /**
   * @param question reads what it is about, and has it judged; not before its turn has come
   * @throws DriftloopError RATE_LIMITED while too many wait; as `Judge`, and as the question
   */
  ask<T>(question: (judge: Judge) => Promise<T>): Promise<T>;
}

/** Questions that may wait, with the one that is being answered. */
const MOST_WAITING = 8;
/** Less than a call may take, so that its caller hears why. */
const LIMIT_MS = 15_000;
/** What a question may take beyond what it was given, MiB. */
const MOST_HEAP_MB = 2_048;

/** @param limitMs longest time on a thread, ms */
export function createWhatIf(limitMs: number = LIMIT_MS): WhatIf {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const judge: Judge = (input) => onThread(input, limitMs);
  return {
    ask(question) {
      if (waiting >= MOST_WAITING)
        return Promise.reject(
          new DriftloopError('RATE_LIMITED', 'Others ask "what if" as well: ask again in a few seconds.'),
        );
      waiting++;
      const own = last.then(() => question(judge));
      last = own.catch(() => undefined).finally(() => waiting--);
      return own;
    },
  };
}

function onThread(input: SketchReplayInput, limitMs: number): Promise<Concluded> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(THREAD, {
      workerData: input,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    });
    const late = setTimeout(() => {
      reject(
        new DriftloopError(
          'RATE_LIMITED',
          `It takes longer than ${limitMs / 1_000} s: ask of a shorter time, or run \`driftloop backtest\`.`,
        ),
      );
      void thread.terminate();
    }, limitMs);
    thread.once('message', (concluded: Concluded) => {
      resolve(concluded);
      void thread.terminate();
    });
    thread.once('error', reject);
    thread.once('exit', () => {
      clearTimeout(late);
      reject(new Error('A thread for a what-if has ended without an answer.'));
    });
  });
}
