import { isRetriable } from '@driftloop/errors';
import type { Clock, Logger } from '@driftloop/service';
import type { TrainingProcesses } from '../run/spawn.ts';
import { describeLoad, type LoadLimits, pressureOf, type ServingLoad } from './serving-load.ts';
import { nextTurn, type Turn, type YieldLimits } from './turns.ts';

/** What making way needs. */
export interface YieldingParts extends YieldLimits, LoadLimits {
  servingLoad(): Promise<ServingLoad>;
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  readonly logger: Logger;
  /** A rest has begun. */
  onRest(model: string): void;
}

const LOOK_EVERY_MS = 500;

/**
 * Training that stands still while too many requests wait for their answers, or too long: less CPU,
 * memory bandwidth and cache for it is more for serving, however low its priority. The time that a
 * run has goes on meanwhile.
 */
export function yieldingProcesses(processes: TrainingProcesses, parts: YieldingParts): TrainingProcesses {
  return {
    ...processes,
    async run(job, options) {
      const over = new AbortController();
      const watching = makeWay(processes, job.spec.model, parts, over.signal);
      try {
        return await processes.run(job, options);
      } finally {
        over.abort();
        await watching;
      }
    },
  };
}

async function makeWay(
  { hold }: TrainingProcesses,
  model: string,
  { servingLoad, clock, logger, onRest, ...limits }: YieldingParts,
  signal: AbortSignal,
): Promise<void> {
  let turn: Turn = { isResting: false, since: clock.monotonicMs() };
  for (;;) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    if (signal.aborted) break;
    let load: ServingLoad | undefined;
    try {
      load = await servingLoad();
    } catch (error) {
      if (!isRetriable(error)) {
        // Making way is a courtesy: it must not cost the run, or the service.
        logger.warn({ model, err: error }, 'how serving does cannot be read: training does not rest');
        break;
      }
      // Where Kafka is away nobody is answered, by whoever trains or does not: a rest that has
      // begun goes on, for as long as one may, and none begins.
    }
    if (signal.aborted) break;
    const before = turn;
    const away = turn.isResting ? Number.POSITIVE_INFINITY : 0;
    turn = nextTurn(turn, load ? pressureOf(load, limits) : away, clock.monotonicMs(), limits);
    if (turn.isResting === before.isResting) continue;
    hold(turn.isResting);
    if (turn.isResting) onRest(model);
    const what = turn.isResting ? 'training rests' : 'training goes on';
    const why = load ? describeLoad(load) : 'Kafka does not answer';
    logger.info({ model, ...load }, `${what}: ${why}`);
  }
  if (turn.isResting) hold(false);
}
