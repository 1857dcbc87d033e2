import { setTimeout as sleep } from 'node:timers/promises';
import { CONCLUDING_SERVICES } from '@driftloop/invariance';
import type { Weather } from '../network/passage.ts';
import type { Link } from '../site/links.ts';
import type { Scenario } from './scenario.ts';

/** Between whom records pass. */
const LINKS: readonly Link[] = [
  ...CONCLUDING_SERVICES.map((from): Link => ({ from, to: 'kafka' })),
  { from: 'concept-drift', to: 'clickhouse' },
  { from: 'clickhouse', to: 'kafka' },
];

const LASTS_MS = 6_000;
/** What breaks connections lasts until one was broken, and so long at most. */
const LASTS_AT_MOST_MS = 40_000;
const LOOK_MS = 100;
/** Longer than the session of a consumer, which is 10 s. */
const SILENT_MS = 13_000;
/** Within a batch of answers, and beyond what it takes to connect. */
const TORN_AFTER_BYTES = { least: 4_000, most: 40_000 };

/** The network between two processes. */
export const NETWORK: readonly Scenario[] = [
  ...LINKS.flatMap((link) => [
    weather('is cut', link, LASTS_MS, () => ({ kind: 'cut' })),
    weather('is slow', link, LASTS_MS, () => ({ kind: 'slow', ms: 60 })),
    weather('tears in the middle of answers', link, LASTS_MS, (share) => ({
      kind: 'torn',
      afterBytes: Math.round(
        TORN_AFTER_BYTES.least + share * (TORN_AFTER_BYTES.most - TORN_AFTER_BYTES.least),
      ),
    })),
  ]),
  weather('falls silent', { from: 'inference', to: 'kafka' }, SILENT_MS, () => ({ kind: 'silent' })),
  weather('falls silent', { from: 'ensemble', to: 'kafka' }, SILENT_MS, () => ({ kind: 'silent' })),
];

function weather(what: string, link: Link, ms: number, of: (share: number) => Weather): Scenario {
  return {
    name: `the network between ${link.from} and ${link.to} ${what}`,
    kind: 'network',
    links: [link],
    async inject({ links, random }) {
      const now = of(random.uniform());
      const breaks = now.kind === 'cut' || now.kind === 'torn';
      const before = links.broken(link);
      const until = performance.now() + LASTS_AT_MOST_MS;
      links.set(link, now);
      await sleep(ms);
      while (breaks && links.broken(link) === before && performance.now() < until) await sleep(LOOK_MS);
      links.set(link, { kind: 'fine' });
      // A scenario in which nothing goes wrong would prove nothing.
      if (breaks && links.broken(link) === before)
        throw new Error(`nothing was broken: no ${now.kind} was met`);
    },
  };
}
