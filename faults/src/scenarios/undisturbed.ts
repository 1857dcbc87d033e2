import type { Scenario } from './scenario.ts';

/** Nothing goes wrong: what the others are compared with. */
export const UNDISTURBED: Scenario = {
  name: 'undisturbed',
  kind: 'killed',
  async inject() {},
};
