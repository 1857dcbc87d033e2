import type { BatchOutcome, Bus, BusRecord, ConsumeOptions, RefusedAt, TypedProducer } from '@driftloop/bus';
import type { Clock, Logger } from '@driftloop/service';
import type { Meters } from '../meters.ts';
import type { Route } from '../serving/route.ts';
import type { Servings } from '../serving/servings.ts';
import type { SwapGaps } from '../serving/swap-gaps.ts';
import { composePredictions } from './compose.ts';
import { groupByModel } from './group.ts';
import { packRows, type RefusedRequest } from './pack.ts';
import { DEAD_TAIL_LENGTH, type KnownPoison, knownPoison } from './poison.ts';
import {
  type AnsweredRequest,
  answeredRequests,
  isAnswered,
  type ResumePoint,
  resumeAfter,
  TAIL_LENGTH,
} from './resume.ts';
import { type Answers, runRows } from './run-rows.ts';

const REQUESTS = 'inference.requests';
type Requests = typeof REQUESTS;
type Batch = Parameters<ConsumeOptions<Requests>['onBatch']>[0];

/** What the relay works with. */
export interface RelayParts {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  readonly servings: Servings;
  readonly gaps: SwapGaps;
  readonly meters: Meters;
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
}

/** What the consumer calls. */
export interface Relay {
  /** @returns the first request of the partition that has no answer; undefined where the output says nothing */
  onAssigned(topic: Requests, partition: number): Promise<number | undefined>;
  onRevoked(): void;
  onBatch(batch: Batch): Promise<BatchOutcome>;
  /** Batches in hand are finished; those that come after are left for the next process. */
  close(): void;
}

/** Every how many requests the latency is measured: an observation costs about as much as encoding an answer. */
const LATENCY_STRIDE = 16;

/**
 * Answers requests: the answer to request (p, o) goes to partition p of inference.predictions and names o, in order, and
 * only then is o committed. The output says what has been answered, so nothing is answered twice after a crash.
 */
export function createRelay({ bus, producer, servings, gaps, meters, logger, clock }: RelayParts): Relay {
  const resumed = new Map<number, ResumePoint>();
  /** By partition, what an earlier process has written to dead.letters and perhaps not committed. */
  const poison = new Map<number, KnownPoison>();
  let closing = false;

  /** Packs, runs and measures the requests of one model. */
  const answer = async (model: string, indices: Int32Array, { records, partition }: Batch) => {
    let route = servings.route(model);
    while (!route) {
      const resolved = await servings.resolve(model);
      if (!resolved) return undefined;
      if ('code' in resolved)
        return {
          answers: [],
          rejections: Array.from(indices, (index): RefusedRequest => ({ index, ...resolved })),
        };
      // Between being resolved and here it may have been replaced, and freed.
      route = servings.route(model);
    }
    const known = poison.get(partition);
    const untried = known
      ? indices.filter((index) => !known.has(records[index] as BusRecord<Requests>))
      : indices;
    const packed = packRows(records, untried, route.spec);
    const idOf = (index: number) => (records[index] as BusRecord<Requests>).value.requestId;
    const answers = packed.rows > 0 ? await runRows(packed, route, records.length, idOf) : [];
    return { route, answers, rejections: packed.rejections };
  };

  return {
    async onAssigned(_topic, partition) {
      const letters = await bus.tail('dead.letters', 0, DEAD_TAIL_LENGTH);
      const known = knownPoison(letters, partition);
      if (known) poison.set(partition, known);
      resumed.delete(partition);
      const tail = (await bus.tail('inference.predictions', partition, TAIL_LENGTH)).map(
        ({ value }) => value,
      );
      const last = await lastAnswered(partition, answeredRequests(tail));
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
      // A batch that waited in vain for its model was given up: what comes after it must not be committed.
      if (closing) return {};
      const inHandSince = clock.monotonicMs();
      const { records, partition } = batch;
      const groups = groupByModel(records);
      const answersOf: (readonly Answers[])[] = [];
      const rejections: RefusedRequest[] = [];
      const routes: { model: string; route: Route; answers: readonly Answers[] }[] = [];
      const answered = await Promise.all(
        groups.indices.map((indices, group) => answer(groups.models[group] ?? '', indices, batch)),
      );
      for (const [group, result] of answered.entries()) {
        // The service is being stopped: nothing is written, so the batch comes again.
        if (!result) return {};
        answersOf[group] = result.answers;
        for (const rejection of result.rejections) rejections.push(rejection);
        const model = groups.models[group] ?? '';
        if (result.route) routes.push({ model, route: result.route, answers: result.answers });
      }

      const point = resumed.get(partition);
      const isWritten = (offset: number, version: number) =>
        point?.offset === offset && point.shadows.has(version);
      const composed = composePredictions(
        records,
        (index) => answersOf[groups.groupOf[index] as number],
        isWritten,
        clock.now(),
      );
      // Another instance may have this partition by now; it reads from the output what is answered.
      if (batch.isStale()) return {};
      if (composed.predictions.length > 0) {
        await producer.send('inference.predictions', composed.predictions, { isVoid: batch.isStale });
      }

      const now = clock.monotonicMs();
      for (const { model, route, answers } of routes) {
        gaps.answered(model, route.live.version, inHandSince, now);
        for (const { version, role, result } of answers) {
          meters.predictions.inc({ model, version, role }, result.predicted.length - result.failures.length);
          meters.runMs.observe({ model, version }, result.runMs);
        }
      }
      measure(batch);
      const all = [...rejections, ...composed.rejections];
      for (const { code } of all) meters.deadLetters.inc({ code });
      return {
        commit: batch.lastOffset + 1,
        deadLetters: all.map((rejection) => deadLetter(records, rejection)),
      };
    },

    close() {
      closing = true;
    },
  };

  /** The first of some requests, from the highest offset down, that is in inference.requests; undefined where none is, or where that has expired. */
  async function lastAnswered(
    partition: number,
    candidates: readonly AnsweredRequest[],
  ): Promise<AnsweredRequest | undefined> {
    const range = (await bus.offsets(REQUESTS)).find((entry) => entry.partition === partition);
    if (!range) return undefined;
    for (const [index, candidate] of candidates.entries()) {
      const { requestOffset } = candidate;
      // What has expired is not read again, whosever answer it was.
      if (requestOffset < range.low) return undefined;
      if (requestOffset < range.high && (await isStillThere(partition, candidate))) return candidate;
      if (index > 0) continue;
      const message =
        `inference.predictions answers request '${candidate.requestId}' at offset ${requestOffset} of partition ${partition}, which inference.requests does not ` +
        'have there: it was deleted and made anew. Old answers are not counted as answers to the new requests.';
      logger.warn({ partition, answered: requestOffset, end: range.high }, message);
    }
    return undefined;
  }

  async function isStillThere(partition: number, answered: AnsweredRequest): Promise<boolean> {
    const { requestOffset: from } = answered;
    for await (const records of bus.slice(REQUESTS, { by: 'offset', partition, from, to: from + 1 })) {
      if (records.some((record) => isAnswered(record, answered))) return true;
    }
    return false;
  }

  function measure({ records, partition, highWatermark, lastOffset }: Batch): void {
    meters.batchRows.observe(records.length);
    meters.lag.set({ partition }, Math.max(0, highWatermark - lastOffset - 1));
    const now = clock.now();
    for (let index = 0; index < records.length; index += LATENCY_STRIDE) {
      meters.latencyMs.observe(Math.max(0, now - (records[index]?.timestamp ?? now)));
    }
  }
}

function deadLetter(records: Batch['records'], { index, code, reason }: RefusedRequest): RefusedAt {
  return { offset: records[index]?.offset ?? -1, code, reason };
}
