import type { ModelSpec } from '@driftloop/schemas';
import type { CompleteWindow } from './collect.ts';
import type { ModelState, RivalState } from './state.ts';

/**
 * The candidate in shadow: the newest version compared with the live one that the spec does not
 * name. What is numbered below the live version has lost its point, and what was rejected is out,
 * though labels of requests that it answered still come.
 */
export function contenderOf(
  { version: live, rivals, rejected }: Pick<ModelState, 'version' | 'rivals' | 'rejected'>,
  { rollout }: Pick<ModelSpec, 'rollout'>,
): RivalState | undefined {
  const least = Math.max(live, rejected ?? 0);
  return rivals
    .filter(({ version }) => version > least && !rollout.shadowVersions.includes(version))
    .reduce<RivalState | undefined>((a, b) => (a && a.version > b.version ? a : b), undefined);
}

/**
 * How far a version that answered in shadow leads the live one in a window, as a share of its rows;
 * undefined where the two were not compared.
 */
export function leadIn({ items }: Pick<CompleteWindow, 'items'>, version: number): number | undefined {
  const item = items.find(({ rival, eValue }) => rival === version && typeof eValue === 'number');
  return item && Math.min(1, Math.max(-1, item.statistic));
}
