import { setTimeout as sleep } from 'node:timers/promises';
import { CONCLUDING_SERVICES } from '@driftloop/invariance';
import type { Scenario } from './scenario.ts';

/** How long both are there. */
const TOGETHER_MS = 2_000;

/** Partitions go from one instance to another and back, in good order. */
export const GROUPS: readonly Scenario[] = [
  ...CONCLUDING_SERVICES.map(
    (name): Scenario => ({
      name: `a second ${name} joins and the first one leaves`,
      kind: 'groups',
      async inject({ services }) {
        await services.start(name, 1);
        await sleep(TOGETHER_MS);
        await services.stop(name);
      },
    }),
  ),
  {
    name: 'a second of every service joins and is killed',
    kind: 'groups',
    async inject({ services, random }) {
      for (const name of random.shuffle([...CONCLUDING_SERVICES])) await services.start(name, 1);
      await Promise.all(CONCLUDING_SERVICES.map((name) => services.kill(name, 1)));
    },
  },
];
