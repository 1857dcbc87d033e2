import { DriftloopError } from '@driftloop/errors';
import { TOPIC_NAMES, type TopicName } from '@driftloop/schemas';

/** Where the record of a dead letter was; it names the letter. */
export interface Place {
  /** Without prefix. */
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: number;
}

/** A place as people write it, and the key of its decisions: `inference.requests/0/1234`. */
export function placeText({ topic, partition, offset }: Place): string {
  return `${topic}/${partition}/${offset}`;
}

/**
 * The place that a text names.
 *
 * @throws DriftloopError REQUEST_INVALID
 */
export function placeOf(text: string): Place {
  const [topic = '', partition = '', offset = '', ...more] = text.split('/');
  const isPlace = more.length === 0 && /^\d{1,9}$/.test(partition) && /^\d{1,15}$/.test(offset);
  if (isPlace && isTopic(topic)) return { topic, partition: Number(partition), offset: Number(offset) };
  if (isPlace && topic !== '')
    throw new DriftloopError(
      'REQUEST_INVALID',
      `'${topic}' is no topic of driftloop. Dead letters of a topic of others are shown by \`driftloop dead-letters list --topic ${topic}\`, and discarded by \`dead-letters discard --topic ${topic}\`.`,
    );
  throw new DriftloopError(
    'REQUEST_INVALID',
    `'${text}' names no dead letter. It is topic/partition/offset as \`driftloop dead-letters list\` shows it, for example inference.requests/0/1234.`,
  );
}

/** Whether a topic is driftloop's, without prefix. */
export function isTopic(text: string): text is TopicName {
  return (TOPIC_NAMES as readonly string[]).includes(text);
}
