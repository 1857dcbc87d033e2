import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from './scenario.ts';

/** Longer than a service tries a call again by itself. */
const AWAY_MS = 20_000;

/** Something that services need is not there for a while. */
export const AWAY: readonly Scenario[] = [
  {
    name: 'clickhouse is away while labels come',
    kind: 'away',
    alone: true,
    async inject({ stage }) {
      await stage.kill('clickhouse');
      await sleep(AWAY_MS);
      await stage.start('clickhouse');
    },
  },
  {
    name: 'the registry is away while services start',
    kind: 'away',
    alone: true,
    async inject({ stage, services }) {
      await stage.kill('registry');
      await services.kill('inference');
      await services.kill('data-drift');
      const starts = [services.start('inference'), services.start('data-drift')];
      await sleep(AWAY_MS);
      await stage.start('registry');
      await Promise.all(starts);
    },
  },
  {
    name: 'kafka is away',
    kind: 'away',
    alone: true,
    feedsOn: false,
    async inject({ stage }) {
      await stage.kill('kafka');
      await sleep(AWAY_MS);
      await stage.start('kafka');
    },
  },
  {
    name: 'the artifacts are away while inference starts',
    kind: 'away',
    async inject({ services, artifacts }) {
      await services.kill('inference');
      await rename(artifacts, `${artifacts}.away`);
      const start = services.start('inference');
      await sleep(AWAY_MS / 2);
      await rename(`${artifacts}.away`, artifacts);
      await start;
    },
  },
];
