import type { ModelSpec } from '@driftloop/schemas';

/** Numbers that an answer may have for a task, the usual one first. */
export function outputWidthsOf({ task, classes }: Pick<ModelSpec, 'task' | 'classes'>): number[] {
  if (task === 'regression') return [1];
  return task === 'binary' ? [2, 1] : [classes];
}
