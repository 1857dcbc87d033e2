import type { ServiceName } from '@driftloop/cli';

/** The services that conclude something; no trainer, so that versions do not change on the way. */
export const CONCLUDING_SERVICES: readonly ServiceName[] = [
  'inference',
  'data-drift',
  'prediction-drift',
  'concept-drift',
  'ensemble',
];
