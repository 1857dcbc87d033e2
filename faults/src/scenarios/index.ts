import { KILLED } from './killed.ts';
import type { Scenario } from './scenario.ts';
import { STANDING_STILL } from './standing-still.ts';

/** All scenarios, in the order in which they are played. */
export const SCENARIOS: readonly Scenario[] = [...KILLED, ...STANDING_STILL];
