import type { ModelEntry } from '@driftloop/registry';

/** Which versions answer, as the audit log has it before and after a decision. */
export function standing({ live, canary, shadow }: ModelEntry['state']) {
  return { live, canary, shadow };
}
