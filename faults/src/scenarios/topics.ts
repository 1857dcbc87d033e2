import { setTimeout as sleep } from 'node:timers/promises';
import { CONCLUDING_SERVICES, settled } from '@driftloop/invariance';
import type { TopicName } from '@driftloop/schemas';
import type { Site } from '../site/site.ts';
import type { Scenario } from './scenario.ts';

const MORE_PARTITIONS = 6;
/** Nothing is on its way any more. */
const REST = { quietMs: 2_000, timeoutMs: 60_000 };

/** Somebody changes topics under the services. */
export const TOPIC_CHANGES: readonly Scenario[] = [
  {
    name: 'partitions are added to requests, answers and labels',
    kind: 'topics',
    // A new partition is waited for before it counts as silent: windows close elsewhere in the log.
    same: ['answers', 'letters'],
    async inject({ admin, topicPrefix }) {
      const topics: readonly TopicName[] = [
        'inference.predictions',
        'inference.requests',
        'inference.labels',
      ];
      await admin.createPartitions({
        topicPartitions: topics.map((topic) => ({ topic: `${topicPrefix}${topic}`, count: MORE_PARTITIONS })),
      });
    },
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
      return /deleted|retention|no longer|gone/i.test(log)
        ? []
        : ['data-drift does not say that records have gone before it read them'];
    },
  },
];

async function rest({ connections, services }: Site): Promise<void> {
  const at = await settled(connections.bus, { ...REST, signal: services.signalEnded });
  if (at === undefined) throw new Error(`${CONCLUDING_SERVICES.join(', ')} did not come to rest`);
}
