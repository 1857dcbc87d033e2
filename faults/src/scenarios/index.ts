import { AWAY } from './away.ts';
import { CLOCKS } from './clocks.ts';
import { DISKS } from './disks.ts';
import { GROUPS } from './groups.ts';
import { INPUT } from './input.ts';
import { KILLED } from './killed.ts';
import { NETWORK } from './network.ts';
import { POISONED } from './poison.ts';
import type { Scenario } from './scenario.ts';
import { STANDING_STILL } from './standing-still.ts';
import { TOPIC_CHANGES } from './topics.ts';

/** All scenarios, in the order in which they are played. */
export const SCENARIOS: readonly Scenario[] = [
  ...KILLED,
  ...STANDING_STILL,
  ...AWAY,
  ...GROUPS,
  ...NETWORK,
  ...DISKS,
  ...INPUT,
  ...TOPIC_CHANGES,
  ...CLOCKS,
  ...POISONED,
];
