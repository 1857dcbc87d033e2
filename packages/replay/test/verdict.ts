import type { DriftVerdict } from '@driftloop/schemas';

/** A verdict that says nothing but what is given. */
export function verdict(fields: Partial<DriftVerdict> = {}): DriftVerdict {
  return {
    model: 'elec',
    version: 1,
    windowStart: 0,
    windowEnd: 10,
    sequence: 0,
    state: 'stable',
    likelihood: 0,
    confirmedByLabels: false,
    evidence: [],
    changePoint: null,
    changePointFrom: null,
    changePointTo: null,
    action: 'none',
    commandId: null,
    ...fields,
  };
}
