import type { BatchOutcome, Bus, RefusedAt, TypedProducer } from '@driftloop/bus';
import type { Clock, Logger } from '@driftloop/service';
import type { Meters } from '../meters.ts';
import type { Servings } from '../serving/servings.ts';
import type { SwapGaps } from '../serving/swap-gaps.ts';
import type { Trials } from '../trials/trials.ts';
import { answerBatch } from './answer-batch.ts';
import type { Batch } from './batch.ts';
import { composePredictions } from './compose.ts';
import { lastAnswered } from './last-answered.ts';
import { measure } from './measure.ts';
import type { RefusedRequest } from './pack.ts';
import { DEAD_TAIL_LENGTH, type KnownPoison, knownPoison } from './poison.ts';
import { answeredRequests, type ResumePoint, resumeAfter, TAIL_LENGTH } from './resume.ts';

/** What the relay works with. */
export interface RelayParts {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  readonly servings: Servings;
  readonly gaps: SwapGaps;
  readonly trials: Trials;
  readonly meters: Meters;
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
}

/** What the consumer calls. */
export interface Relay {
  /**
   * @returns the first request of the partition that has no answer; undefined where the output says
   *   nothing
   */
  onAssigned(topic: 'inference.requests', partition: number): Promise<number | undefined>;
  onRevoked(): void;
  onBatch(batch: Batch): Promise<BatchOutcome>;
  /** Batches in hand are finished; those that come after are left for the next process. */
  close(): void;
}

/**
 * Answers requests: the answer to request (p, o) goes to partition p of inference.predictions and
 * names o, in order, and only then is o committed. The output says what has been answered, so
 * nothing is answered twice after a crash.
 */
export function createRelay(parts: RelayParts): Relay {
  const { bus, producer, servings, trials, meters, logger, clock } = parts;
  const resumed = new Map<number, ResumePoint>();
  /**
   * By partition, what an earlier process has written to dead.letters and perhaps not committed.
   */
  const poison = new Map<number, KnownPoison>();
  let closing = false;

  return {
    async onAssigned(_topic, partition) {
      const letters = await bus.tail('dead.letters', 0, DEAD_TAIL_LENGTH);
      const known = knownPoison(letters, partition);
      if (known) poison.set(partition, known);
      resumed.delete(partition);
      const tail = (await bus.tail('inference.predictions', partition, TAIL_LENGTH)).map(
        ({ value }) => value,
      );
      const last = await lastAnswered(partition, answeredRequests(tail), parts);
      if (!last) return undefined;
      const point = resumeAfter(tail, last);
      resumed.set(partition, point);
      logger.info({ partition, offset: point.offset }, 'going on after the last answered request');
      return point.offset;
    },

    onRevoked() {
      resumed.clear();
      poison.clear();
      meters.lag.reset();
    },

    async onBatch(batch) {
      // A batch that waited in vain for its model was given up: what comes after it must not be
      // committed.
      if (closing) return {};
      const inHandSince = clock.monotonicMs();
      const { records, partition } = batch;
      const answered = await answerBatch(batch, poison.get(partition), servings);
      if (!answered) return {};
      const point = resumed.get(partition);
      const isWritten = (offset: number, version: number) =>
        point?.offset === offset && point.shadows.has(version);
      const composed = composePredictions(records, answered.answersOf, isWritten, clock.now());
      // Another instance may have this partition by now; it reads from the output what is answered.
      if (batch.isStale()) return {};
      const write = async () => {
        if (composed.predictions.length > 0) {
          await producer.send('inference.predictions', composed.predictions, { isVoid: batch.isStale });
        }
        measure(batch, answered, inHandSince, parts);
        trials.observe(answered.routes);
      };
      const refused = [...answered.rejections, ...composed.rejections];
      for (const { code } of refused) meters.deadLetters.inc({ code });
      const outcome = {
        commit: batch.lastOffset + 1,
        deadLetters: refused.map((rejection) => deadLetter(records, rejection)),
      };
      // After a crash it goes on behind the last answer: what was refused before that must be a
      // dead letter by then.
      if (refused.length > 0 || hasUnreadable(batch)) return { ...outcome, write };
      await write();
      return outcome;
    },

    close() {
      closing = true;
    },
  };
}

/** Whether it may hold records that could not be read. */
function hasUnreadable({ records, firstOffset, lastOffset }: Batch): boolean {
  return records.length <= lastOffset - firstOffset;
}

function deadLetter(records: Batch['records'], { index, code, reason }: RefusedRequest): RefusedAt {
  return { offset: records[index]?.offset ?? -1, code, reason };
}
