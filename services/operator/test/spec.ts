import { readFileSync } from 'node:fs';

/** The spec of the example. */
export const SPEC = JSON.parse(
  readFileSync(new URL('../../../examples/elec/spec.json', import.meta.url), 'utf8'),
) as { readonly model: string; readonly drift: Readonly<Record<string, unknown>> };
