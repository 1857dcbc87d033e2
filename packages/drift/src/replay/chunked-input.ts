import type { DriftSketch, Signal } from '@driftloop/schemas';
import { createAnswerOrder, type ServedAnswers } from '@driftloop/spec';
import type { Models } from '../chunks/context.ts';
import { noteOf } from '../chunks/note.ts';
import { createPartitionChunks } from '../chunks/partition-chunks.ts';
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
  push(record: ReplayRecord): readonly DriftSketch[];
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

/** One partition that is read. */
interface Reader {
  push(record: ReplayRecord): DriftSketch[];
  complete(nextOffset: number, clock: number): DriftSketch[];
  /** One past the last offset that was read. */
  end: number;
}

const NONE: DriftSketch[] = [];

/**
 * Cuts the partitions of the three topics.
 * @param answers known to labels
 * @param requests that they are answers to
 */
export function createChunkedInput(
  models: Models,
  answers: Pick<ServedAnswers, 'find'>,
  requests: Pick<AnsweredRequests, 'of'>,
  partitions: Partitions,
): ChunkedInput {
  const readers: Readonly<Record<InputTopic, Reader[]>> = {
    'inference.requests': [],
    'inference.predictions': [],
    'inference.labels': [],
  };
  const readerOf = (topic: InputTopic, partition: number): Reader => {
    const known = readers[topic][partition];
    if (known) return known;
    const opened = open(topic, partition, models, answers, requests);
    readers[topic][partition] = opened;
    return opened;
  };
  return {
    push(record) {
      const reader = readerOf(record.topic, record.partition);
      reader.end = record.offset + 1;
      return reader.push(record);
    },
    readUpTo(logTime) {
      return TOPICS.flatMap((topic) => {
        const own = Array.from({ length: partitions[topic] }, (_, partition) => readerOf(topic, partition));
        const ended = own.flatMap((reader) => reader.complete(reader.end, logTime));
        const clocks = own.map(({ end }, partition) => ({ partition, end, time: logTime }));
        return [...ended, noteOf(SIGNAL_OF[topic], clocks, partitions[topic])];
      });
    },
  };
}

function open(
  topic: InputTopic,
  partition: number,
  models: Models,
  answers: Pick<ServedAnswers, 'find'>,
  requests: Pick<AnsweredRequests, 'of'>,
): Reader {
  switch (topic) {
    case 'inference.requests': {
      const ranks = createSampleRanks();
      const chunks = createPartitionChunks(partition, (position) =>
        createRequestRows(position, models, ranks),
      );
      return {
        end: 0,
        complete: chunks.complete,
        push: (record) =>
          record.topic === topic ? chunks.push(record.offset, record.timestamp, record.value) : NONE,
      };
    }
    case 'inference.predictions': {
      const order = createAnswerOrder();
      const chunks = createPartitionChunks(partition, (position) =>
        createPredictionRows(position, models, order),
      );
      return {
        end: 0,
        complete: chunks.complete,
        push: (record) =>
          record.topic === topic ? chunks.push(record.offset, timestampOf(record), record.value) : NONE,
      };
    }
    case 'inference.labels': {
      const chunks = createPartitionChunks(partition, (position) => {
        const rows = createLabelRows(position, models);
        return {
          sketches: rows.sketches,
          add: (label: Parameters<typeof rows.add>[0]) => {
            const answer = answers.find(label.value.model, label.value.requestId, label.timestamp);
            rows.add(label, answer, answer && requests.of(answer));
          },
        };
      });
      return {
        end: 0,
        complete: chunks.complete,
        push: (record) =>
          record.topic === topic ? chunks.push(record.offset, record.timestamp, record.value) : NONE,
      };
    }
  }
}
