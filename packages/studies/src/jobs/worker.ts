import type { Bus, Follower, TypedProducer } from '@driftloop/bus';
import { DriftloopError, isRetriable } from '@driftloop/errors';
import type { StudyEvent } from '@driftloop/schemas';
import type { Clock, Logger } from '@driftloop/service';
import { createRandom } from '@driftloop/stats';
import type { Metrics } from '../design/jobs.ts';
import { type Picked, pickJob } from './pick.ts';
import { applyEvent, DEFAULT_LEASE_MS, isLost, type Studies, type StudyState } from './state.ts';

/** What a worker works with. */
export interface WorkerOptions {
  readonly bus: Pick<Bus, 'follow'>;
  readonly producer: Pick<TypedProducer, 'send'>;
  /** Unique among workers, also among those that were before. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether it works on a study; what it does not is left to others. @default all */
  accepts?(state: StudyState): boolean;
  /**
   * Does a job. An error of it fails the attempt; a retriable one of infrastructure leaves the job
   * to whoever takes it next.
   */
  run(picked: Picked, signal: AbortSignal): Promise<Metrics>;
  /** The worker cannot go on. */
  fail(error: unknown): void;
}

/** Takes jobs of studies one after another. */
export interface Worker {
  start(): Promise<void>;
  /** Lets go of the job that is under way: another worker takes it when its lease is over. */
  stop(): Promise<void>;
  health(): { readonly ok: boolean; readonly reason?: string };
  /** The job that is under way. */
  current(): string | undefined;
}

/** How often it is looked whether a lease is over. */
const LOOK_MS = 250;

/** Creates a worker: one job at a time, claimed on study.events, so that no two do the same. */
export function createWorker(options: WorkerOptions): Worker {
  const { bus, producer, name, clock, logger, run, fail, accepts = () => true } = options;
  const studies: Studies = new Map();
  const stopping = new AbortController();
  const random = createRandom(name);
  let follower: Follower | undefined;
  let newest = 0;
  let wake = Promise.withResolvers<void>();
  let working: Promise<void> = Promise.resolve();
  let current: string | undefined;

  const now = () => Math.max(newest, clock.now());
  const tell = ({ state, job }: Picked, kind: StudyEvent['kind'], attempt: number, body = '') =>
    producer.send('study.events', [
      { key: state.id, value: { study: state.id, job: job.id, kind, worker: name, attempt, body } },
    ]);
  /** Waits for the next record, or a while. */
  const news = async () => {
    const waited = new AbortController();
    const stop = () => waited.abort();
    stopping.signal.addEventListener('abort', stop);
    await Promise.race([wake.promise, clock.sleep(LOOK_MS, waited.signal)]);
    waited.abort();
    stopping.signal.removeEventListener('abort', stop);
  };
  /** Whether the job is this worker's, once its claim has come back. */
  const claim = async (picked: Picked, attempt: number): Promise<boolean> => {
    await tell(picked, 'claimed', attempt);
    for (;;) {
      const own = picked.state.states.get(picked.job.id);
      if (!own || stopping.signal.aborted) return false;
      if (own.attempt >= attempt || own.status === 'done' || own.status === 'failed')
        return own.status === 'claimed' && own.worker === name && own.attempt === attempt;
      await news();
    }
  };
  const work = async (picked: Picked) => {
    const { state, job } = picked;
    const before = state.states.get(job.id);
    if (before && isLost(before, now())) {
      await tell(picked, 'failed', before.attempt, 'every worker that took it has ended: see their logs');
      await news();
      return;
    }
    const attempt = (before?.attempt ?? 0) + 1;
    if (!(await claim(picked, attempt))) return;
    current = `${state.id}/${job.id}`;
    const ended = new AbortController();
    const beating = beat(picked, attempt, ended.signal);
    try {
      const result = await run(picked, stopping.signal);
      if (!stopping.signal.aborted) await tell(picked, 'done', attempt, JSON.stringify(result));
    } catch (error) {
      if (stopping.signal.aborted) return;
      if (!(error instanceof DriftloopError) || isRetriable(error)) throw error;
      logger.warn({ study: state.id, job: job.id, code: error.code, reason: error.message }, 'a job failed');
      await tell(picked, 'failed', attempt, `${error.code}: ${error.message}`);
    } finally {
      ended.abort();
      await beating;
      current = undefined;
    }
    // Until its end has come back the job would look as if it were under way.
    while (!stopping.signal.aborted && state.states.get(job.id)?.attempt === attempt) {
      if (state.states.get(job.id)?.status !== 'claimed') return;
      await news();
    }
  };
  const beat = async (picked: Picked, attempt: number, signal: AbortSignal) => {
    const everyMs = (picked.state.study.leaseMs ?? DEFAULT_LEASE_MS) / 3;
    for (;;) {
      await clock.sleep(everyMs, signal);
      if (signal.aborted) return;
      await tell(picked, 'claimed', attempt);
    }
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const picked = pickJob(studies, now(), random.uniform(), accepts);
      if (picked) await work(picked);
      else await news();
    }
  };

  return {
    async start() {
      follower = await bus.follow(
        'study.events',
        (records) => {
          for (const record of records) {
            applyEvent(studies, record);
            newest = Math.max(newest, record.timestamp);
          }
          wake.resolve();
          wake = Promise.withResolvers<void>();
        },
        { onCrash: fail },
      );
      working = loop().catch(fail);
    },
    async stop() {
      stopping.abort();
      wake.resolve();
      await working;
      await follower?.close();
    },
    health: () => follower?.health() ?? { ok: false, reason: 'study.events has not been read yet' },
    current: () => current,
  };
}
