import type { AuditFilter } from '../../queries/audit.ts';
import type { LetterFilter } from '../../queries/letters.ts';

const STATES = ['open', 'resending', 'resent', 'discarded'] as const;

/** Which dead letters the address asks for; what means nothing is left out. */
export function lettersSearch({ state, model, code }: Record<string, unknown>): LetterFilter {
  const known = STATES.find((one) => one === state);
  return {
    ...(known === undefined ? {} : { state: known }),
    ...(typeof model === 'string' && model !== '' ? { model } : {}),
    ...(typeof code === 'string' && code !== '' ? { code } : {}),
  };
}

const OUTCOMES = ['done', 'refused', 'failed'] as const;

/** Which entries of the audit log the address asks for; what means nothing is left out. */
export function auditSearch({ outcome, model }: Record<string, unknown>): AuditFilter {
  const known = OUTCOMES.find((one) => one === outcome);
  return {
    ...(known === undefined ? {} : { outcome: known }),
    ...(typeof model === 'string' && model !== '' ? { model } : {}),
  };
}
