import type { SendOptions, TypedProducer } from '@driftloop/bus';
import type { TopicName, TopicRecords } from '@driftloop/schemas';

/** A record that a stage wants written. */
export type Output = { [T in TopicName]: { topic: T; key: string; value: TopicRecords[T] } }[TopicName];

/**
 * Writes outputs in their order; resolves when all are acknowledged. Neighbours of one topic go out
 * together.
 */
export async function sendOutputs(
  producer: TypedProducer,
  outputs: readonly Output[],
  options: SendOptions = {},
): Promise<void> {
  let start = 0;
  while (start < outputs.length) {
    const topic = outputs[start]?.topic;
    let end = start;
    while (outputs[end]?.topic === topic) end += 1;
    if (topic) await producer.send(topic, outputs.slice(start, end), options);
    start = end;
  }
}
