import { readFileSync } from 'node:fs';
import { defaultSpec, validateSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import { INTERVAL_MS, type Stream } from './stream.ts';

/** That of examples/elec for Elec2, the default one for any other stream. */
export function specOf({ name, featureNames, classes }: Stream): ModelSpec {
  if (name === 'elec') {
    const path = new URL('../../../examples/elec/spec.json', import.meta.url);
    return validateSpec(JSON.parse(readFileSync(path, 'utf8')));
  }
  return defaultSpec({
    model: 'stream',
    task: classes > 2 ? 'multiclass' : 'binary',
    classes,
    features: featureNames.map((feature) => ({ name: feature, kind: 'numeric', allowMissing: false })),
    intervalMs: INTERVAL_MS,
  });
}
