import type { DriftSketch, Signal } from '@driftloop/schemas';
import { createAnswerOrder, type ServedAnswers } from '@driftloop/spec';
import type { Models } from '../chunks/context.ts';
import { noteOf } from '../chunks/note.ts';
import { createPartitionChunks, type PartitionChunks } from '../chunks/partition-chunks.ts';
import { createLabelRows } from '../rows/label-rows.ts';
import { createPredictionRows } from '../rows/prediction-rows.ts';
import { createRequestRows } from '../rows/request-rows.ts';
import { createSampleRanks } from '../rows/sample-ranks.ts';
import type { AnsweredRequests } from './answered-requests.ts';
import { type ReplayRecord, timestampOf } from './record.ts';

/** The map side of the three drift services, in memory. */
export interface ChunkedInput {
  /**
   * Takes the next record of its partition; returns the sketches of the chunk before, when this one
   * begins another.
   */
  push(record: ReplayRecord): DriftSketch[];
  /** All records before a log time have come: chunks that this ends, and notes that say so. */
  readUpTo(logTime: number): DriftSketch[];
}

/** An input topic. */
export type InputTopic = ReplayRecord['topic'];

/** How many partitions each topic has. */
export type Partitions = Readonly<Record<InputTopic, number>>;

const SIGNAL_OF: Readonly<Record<InputTopic, Signal>> = {
  'inference.requests': 'data',
  'inference.predictions': 'prediction',
  'inference.labels': 'concept',
};
const TOPICS = Object.keys(SIGNAL_OF) as InputTopic[];

/**
 * Cuts the partitions of the three topics.
 * @param answers known to labels; those that are pushed are added
 * @param requests the same
 */
export function createChunkedInput(
  models: Models,
  answers: ServedAnswers,
  requests: AnsweredRequests,
  partitions: Partitions,
): ChunkedInput {
  const chunks = new Map<string, PartitionChunks<ReplayRecord>>();
  const ends = new Map<string, number>();

  const open = (topic: InputTopic, partition: number): PartitionChunks<ReplayRecord> => {
    switch (topic) {
      case 'inference.requests': {
        const ranks = createSampleRanks();
        return createPartitionChunks(partition, (position) => {
          const rows = createRequestRows(position, models, ranks);
          return {
            sketches: rows.sketches,
            add({ value: record, ...place }) {
              if (record.topic !== topic) return;
              requests.add(record);
              rows.add({ ...place, value: record.value });
            },
          };
        });
      }
      case 'inference.predictions': {
        const order = createAnswerOrder();
        return createPartitionChunks(partition, (position) => {
          const rows = createPredictionRows(position, models, order);
          return {
            sketches: rows.sketches,
            add({ value: record, ...place }) {
              if (record.topic !== topic) return;
              answers.add([record.value]);
              rows.add({ ...place, value: record.value });
            },
          };
        });
      }
      case 'inference.labels':
        return createPartitionChunks(partition, (position) => {
          const rows = createLabelRows(position, models);
          return {
            sketches: rows.sketches,
            add({ value: record, ...place }) {
              if (record.topic !== topic) return;
              const { model, requestId } = record.value;
              const answer = answers.find(model, requestId);
              rows.add({ ...place, value: record.value }, answer, answer && requests.of(answer));
            },
          };
        });
    }
  };
  const chunksOf = (topic: InputTopic, partition: number): PartitionChunks<ReplayRecord> => {
    const key = `${topic}/${partition}`;
    const known = chunks.get(key) ?? open(topic, partition);
    chunks.set(key, known);
    return known;
  };
  return {
    push(record) {
      const { topic, partition, offset } = record;
      ends.set(`${topic}/${partition}`, offset + 1);
      return chunksOf(topic, partition).push(offset, timestampOf(record), record);
    },
    readUpTo(logTime) {
      return TOPICS.flatMap((topic) => {
        const places = Array.from({ length: partitions[topic] }, (_, partition) => ({
          partition,
          end: ends.get(`${topic}/${partition}`) ?? 0,
        }));
        const ended = places.flatMap(({ partition, end }) =>
          chunksOf(topic, partition).complete(end, logTime),
        );
        const clocks = places.map((place) => ({ ...place, time: logTime }));
        return [...ended, noteOf(SIGNAL_OF[topic], clocks, partitions[topic])];
      });
    },
  };
}
