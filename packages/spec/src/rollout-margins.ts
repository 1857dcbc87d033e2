import type { ModelSpec } from '@driftloop/schemas';

/** By how much a version on trial may do worse than the live one before it is given up. */
export interface RolloutMargins {
  /** At the 99th percentile of its runs, as a share of the live version's; at least 0. */
  readonly latency: number;
  /** Share of rows that fail, beyond the live version's share; 0 to 1. */
  readonly errors: number;
}

/** Where a spec does not say otherwise; the schema's defaults. */
export const USUAL_MARGINS: RolloutMargins = { latency: 0.5, errors: 0.01 };

/** The margins of a spec. */
export function marginsOf({ rollout }: Pick<ModelSpec, 'rollout'>): RolloutMargins {
  const { latencyMargin = USUAL_MARGINS.latency, errorMargin = USUAL_MARGINS.errors } = rollout;
  return { latency: latencyMargin, errors: errorMargin };
}
