import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '@driftloop/cli';
import type { PartName } from '@driftloop/local';
import type { Scenario } from './scenario.ts';

/** Longer than the session of a consumer (10 s): the group goes on without it. */
const BEYOND_SESSION_MS = 13_000;

/** Services that hold something which another one takes over meanwhile. */
const SERVICES: readonly ServiceName[] = ['inference', 'data-drift', 'concept-drift', 'ensemble'];
const PARTS: readonly PartName[] = ['kafka', 'clickhouse', 'registry'];

/** A process is stopped by the system for a while, and goes on as if nothing had happened. */
export const STANDING_STILL: readonly Scenario[] = [
  ...SERVICES.map(
    (name): Scenario => ({
      name: `${name} stands still while another of it goes on`,
      kind: 'standing still',
      async inject({ services }) {
        await services.start(name, 1);
        services.freeze(name);
        await sleep(BEYOND_SESSION_MS);
        services.thaw(name);
      },
    }),
  ),
  ...PARTS.map(
    (part): Scenario => ({
      name: `${part} hangs`,
      kind: 'standing still',
      alone: true,
      feedsOn: false,
      async inject({ stage }) {
        stage.freeze(part);
        await sleep(BEYOND_SESSION_MS);
        stage.thaw(part);
      },
    }),
  ),
];
