import { CONCLUDING_SERVICES } from '@driftloop/invariance';
import type { PartName } from '@driftloop/local';
import type { Scenario } from './scenario.ts';

const PARTS: readonly PartName[] = ['kafka', 'registry', 'clickhouse'];

/** Each process ends at once, in the middle of its work, and starts again. */
export const KILLED: readonly Scenario[] = [
  ...CONCLUDING_SERVICES.map(
    (name): Scenario => ({
      name: `${name} is killed`,
      kind: 'killed',
      async inject({ services }) {
        await services.kill(name);
        await services.start(name);
      },
    }),
  ),
  {
    name: 'all services are killed together',
    kind: 'killed',
    async inject({ services }) {
      await Promise.all(CONCLUDING_SERVICES.map((name) => services.kill(name)));
      await Promise.all(CONCLUDING_SERVICES.map((name) => services.start(name)));
    },
  },
  {
    name: 'a service is killed again as soon as it is back',
    kind: 'killed',
    async inject({ services, random }) {
      const name = CONCLUDING_SERVICES[random.integer(CONCLUDING_SERVICES.length)] ?? 'ensemble';
      for (let time = 0; time < 3; time++) {
        await services.kill(name);
        await services.start(name);
      }
    },
  },
  ...PARTS.map(
    (part): Scenario => ({
      name: `${part} is killed`,
      kind: 'killed',
      alone: true,
      feedsOn: false,
      async inject({ stage }) {
        await stage.kill(part);
        await stage.start(part);
      },
    }),
  ),
];
