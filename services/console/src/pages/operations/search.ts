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
