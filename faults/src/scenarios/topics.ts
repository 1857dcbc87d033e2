import { setTimeout as sleep } from 'node:timers/promises';
import { CONCLUDING_SERVICES, type InputLog, type InputRecord, settled } from '@driftloop/invariance';
import type { TopicName } from '@driftloop/schemas';
import type { Site } from '../site/site.ts';
import { LATEST_MOMENT, type Scenario } from './scenario.ts';

const MORE_PARTITIONS = 6;
/** Nothing is on its way any more. */
const REST = { quietMs: 2_000, timeoutMs: 60_000 };

/** Somebody changes topics under the services. */
export const TOPIC_CHANGES: readonly Scenario[] = [
  {
    name: 'partitions are added to requests, answers and labels',
    kind: 'topics',
    inject: addPartitions,
  },
  {
    name: 'partitions are added to requests, answers and labels and written to at once',
    kind: 'topics',
    // Windows close elsewhere in a log of other partitions.
    same: ['windows', 'answers by id'],
    feedsOn: false,
    input: onMorePartitions,
    inject: addPartitions,
  },
  ...(['drift.signals', 'drift.verdicts'] as const).map(
    (topic): Scenario => ({
      name: `${topic} is deleted and made anew`,
      kind: 'topics',
      same: ['answers', 'letters', 'tables'],
      feedsOn: false,
      async inject(site) {
        await rest(site);
        const name = `${site.topicPrefix}${topic}`;
        await site.admin.deleteTopics({ topics: [name] });
        while ((await site.admin.listTopics()).includes(name)) await sleep(100);
        await site.connections.bus.ensureTopics();
      },
    }),
  ),
  {
    name: 'retention passes a data-drift that stands still',
    kind: 'topics',
    same: ['answers'],
    feedsOn: false,
    async inject(site) {
      const { services, admin, topicPrefix, connections } = site;
      await services.kill('data-drift');
      await sleep(3_000);
      const ends = await connections.bus.offsets('inference.requests');
      await admin.deleteTopicRecords({
        topic: `${topicPrefix}inference.requests`,
        partitions: ends.map(({ partition, high }) => ({ partition, offset: String(high) })),
      });
      await services.start('data-drift');
    },
    async check({ services }) {
      const log = services.logOf('data-drift');
      return log.includes('the records to be read are not kept any more')
        ? []
        : ['data-drift does not say that records have gone before it read them'];
    },
  },
];

/** What comes after the latest moment of a fault is spread over all partitions by then. */
function onMorePartitions({ specs, records }: InputLog): InputLog {
  const added = Math.ceil(LATEST_MOMENT * records.length);
  const spread = (record: InputRecord) => ({
    ...record,
    partition: Number(/\d+$/.exec(record.key)?.[0] ?? 0) % MORE_PARTITIONS,
  });
  return { specs, records: records.map((record, index) => (index < added ? record : spread(record))) };
}

async function addPartitions({ admin, topicPrefix }: Site): Promise<void> {
  const topics: readonly TopicName[] = ['inference.predictions', 'inference.requests', 'inference.labels'];
  await admin.createPartitions({
    topicPartitions: topics.map((topic) => ({ topic: `${topicPrefix}${topic}`, count: MORE_PARTITIONS })),
  });
}

async function rest({ connections, services }: Site): Promise<void> {
  const at = await settled(connections.bus, { ...REST, signal: services.signalEnded });
  if (at === undefined) throw new Error(`${CONCLUDING_SERVICES.join(', ')} did not come to rest`);
}
