import { TOPIC_NAMES, type TopicName } from '@driftloop/schemas';
import type { Site } from '../site/site.ts';
import type { Scenario } from './scenario.ts';

const POISON: readonly Buffer[] = [
  Buffer.from('{"model":"swift"}'),
  // A schema that is on no registry, and one of ours cut short.
  Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 2, 4]),
  Buffer.from([0, 0, 0, 0, 1]),
  Buffer.alloc(0),
];
const INPUTS: readonly TopicName[] = ['inference.requests', 'inference.labels'];
/** What services read as their own state, or that of others. */
const STATE: readonly TopicName[] = [
  'model.events',
  'model.specs',
  'service.checkpoints',
  'letter.decisions',
];

/** Bytes that no driftloop wrote, on every partition of every topic. */
export const POISONED: readonly Scenario[] = [
  poison('requests and labels', INPUTS, ['windows', 'answers by id']),
  poison(
    'what services make',
    TOPIC_NAMES.filter((name) => !INPUTS.includes(name) && !STATE.includes(name)),
    ['windows', 'answers', 'conclusions', 'tables'],
  ),
  poison('what services keep', STATE, ['windows', 'answers', 'conclusions', 'tables']),
];

function poison(where: string, topics: readonly TopicName[], same: NonNullable<Scenario['same']>): Scenario {
  return {
    name: `poison in ${where}`,
    kind: 'poison',
    same,
    async inject({ connections }) {
      for (const topic of topics) {
        const partitions = await connections.bus.partitions(topic);
        for (let partition = 0; partition < partitions; partition++)
          await connections.producer.sendBytes(
            topic,
            POISON.map((value) => ({ key: Buffer.from('poison'), partition, value })),
          );
      }
    },
    check: (site) =>
      missingLetters(
        site,
        topics.filter((topic) => INPUTS.includes(topic)),
      ),
  };
}

/** Each is a dead letter with its bytes. */
async function missingLetters({ connections }: Site, topics: readonly TopicName[]): Promise<string[]> {
  const found = new Map<string, number>();
  for await (const records of connections.bus.slice('dead.letters', { by: 'offset' }))
    for (const { value } of records) {
      const bytes = `${value.topic} ${Buffer.from(value.value ?? []).toString('hex')}`;
      found.set(bytes, (found.get(bytes) ?? 0) + 1);
    }
  return topics.flatMap((topic) =>
    POISON.filter((value) => !found.has(`${topic} ${value.toString('hex')}`)).map(
      (value) => `${topic}: no dead letter with the bytes ${value.toString('hex')}`,
    ),
  );
}
