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
  if (more.length === 0 && isTopic(topic) && /^\d{1,9}$/.test(partition) && /^\d{1,15}$/.test(offset))
    return { topic, partition: Number(partition), offset: Number(offset) };
  throw new DriftloopError(
    'REQUEST_INVALID',
    `'${text}' names no dead letter. It is topic/partition/offset as \`driftloop dead-letters list\` shows it, for example inference.requests/0/1234.`,
  );
}

function isTopic(text: string): text is TopicName {
  return (TOPIC_NAMES as readonly string[]).includes(text);
}
