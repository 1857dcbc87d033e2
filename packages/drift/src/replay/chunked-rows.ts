import type { DriftSketch, InferencePrediction } from '@driftloop/schemas';
import type { ModelContext } from '../chunks/context.ts';
import { type AnswerWithRivals, outcomeOf } from '../chunks/outcome-of.ts';
import { type ChunkSketcher, createChunkSketcher } from '../chunks/sketchers.ts';
import type { RivalAnswer } from '../sketch/outcomes.ts';
import type { ReplayRecord } from './record.ts';

/** The map side of the three drift services, in memory. */
export interface ChunkedRows {
  /** Sketches the record; returns the record of the chunk before, when this one begins a new one. */
  push(record: ReplayRecord): DriftSketch[];
  /** Publishes all unfinished chunks; partitions without one as idle. */
  finish(partitions: number): DriftSketch[];
}

interface OpenChunk {
  readonly chunkStart: number;
  chunkEnd: number;
  readonly sketcher: ChunkSketcher;
  add(record: ReplayRecord): void;
}

const TOPICS = ['inference.requests', 'inference.predictions', 'inference.labels'] as const;

/** Creates the chunks of one model. A label finds its answer among those that came before it, as in the warehouse. */
export function createChunkedRows(model: string, context: ModelContext, chunkSize: number): ChunkedRows {
  const open = new Map<string, OpenChunk>();
  const answers = new Map<string, AnswerWithRivals>();
  /** Of requests that no answer has been served to yet: those in shadow come before it, and what comes later does not count. */
  const rivals = new Map<string, RivalAnswer[]>();
  const labelled = new Set<string>();
  /** Where a partition goes on that has no chunk open. */
  const next = new Map<string, number>();
  const newestOffset = new Map<number, number>();

  const openChunk = (topic: ReplayRecord['topic'], partition: number, chunkStart: number): OpenChunk => {
    const position = { partition, chunkStart };
    const place = { chunkStart, chunkEnd: chunkStart };
    switch (topic) {
      case 'inference.requests': {
        const sketcher = createChunkSketcher('data', context, position);
        const add = ({ value }: ReplayRecord): void => {
          if ('features' in value) sketcher.add(value.features, value.eventTime);
        };
        return { ...place, sketcher, add };
      }
      case 'inference.predictions': {
        const sketcher = createChunkSketcher('prediction', context, position);
        const add = ({ value }: ReplayRecord): void => {
          if (!('outputs' in value)) return;
          if (value.role === 'shadow' && isAhead(newestOffset, value)) addRival(rivals, value);
          if (!isNewAnswer(newestOffset, value)) return;
          answers.set(value.requestId, { ...value, rivals: rivals.get(value.requestId) ?? [] });
          rivals.delete(value.requestId);
          sketcher.add(value.version, value.outputs, value.predicted, value.eventTime);
        };
        return { ...place, sketcher, add };
      }
      case 'inference.labels': {
        const sketcher = createChunkSketcher('concept', context, position);
        const add = ({ value }: ReplayRecord): void => {
          if (!('label' in value) || labelled.has(value.requestId)) return;
          const answer = answers.get(value.requestId);
          if (!answer) {
            sketcher.reject();
            return;
          }
          labelled.add(value.requestId);
          // A request has one label; its answer is not needed again.
          answers.delete(value.requestId);
          sketcher.add(outcomeOf(answer, value, context.spec));
        };
        return { ...place, sketcher, add };
      }
    }
  };

  return {
    push(record) {
      const { topic, partition, offset, value } = record;
      if (value.model !== model) return [];
      const chunkStart = Math.floor(offset / chunkSize) * chunkSize;
      const key = `${topic}/${partition}`;
      let chunk = open.get(key);
      const finished: DriftSketch[] = [];
      if (chunk?.chunkStart !== chunkStart) {
        // Offsets may be missing, other models' records are: the chunk before ends where the topic goes on.
        if (chunk) finished.push(...chunk.sketcher.sketches(chunk.chunkStart + chunkSize));
        chunk = openChunk(topic, partition, chunkStart);
        open.set(key, chunk);
      }
      chunk.add(record);
      chunk.chunkEnd = offset + 1;
      if (chunk.chunkEnd === chunkStart + chunkSize) {
        finished.push(...chunk.sketcher.sketches(chunk.chunkEnd));
        open.delete(key);
        next.set(key, chunk.chunkEnd);
      }
      return finished;
    },
    finish(partitions) {
      return TOPICS.flatMap((topic) =>
        Array.from({ length: partitions }, (_, partition) => {
          const key = `${topic}/${partition}`;
          const chunk = open.get(key) ?? openChunk(topic, partition, next.get(key) ?? 0);
          return chunk.sketcher.sketches(chunk.chunkEnd, { idle: true });
        }).flat(),
      );
    },
  };
}

/** The first answer of each version counts, as for the answers that are served. */
function addRival(
  rivals: Map<string, RivalAnswer[]>,
  { requestId, version, predicted }: InferencePrediction,
): void {
  const known = rivals.get(requestId) ?? [];
  if (known.some((rival) => rival.version === version)) return;
  rivals.set(requestId, [...known, { version, predicted }]);
}

/** Only live answers count, and each once: a relay that was restarted may repeat some. */
function isNewAnswer(newestOffset: Map<number, number>, answer: InferencePrediction): boolean {
  if (answer.role !== 'live' || !isAhead(newestOffset, answer)) return false;
  newestOffset.set(answer.requestPartition, answer.requestOffset);
  return true;
}

/** Whether no answer has been served to the request yet: a partition's requests are answered in their order. */
function isAhead(
  newestOffset: ReadonlyMap<number, number>,
  { requestPartition, requestOffset }: InferencePrediction,
): boolean {
  return requestOffset > (newestOffset.get(requestPartition) ?? -1);
}
