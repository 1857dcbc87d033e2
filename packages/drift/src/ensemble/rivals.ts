import { accumulate, NO_EVIDENCE } from '@driftloop/detectors';
import type { ModelSpec } from '@driftloop/schemas';
import type { CompleteWindow } from './collect.ts';
import { budgetOf } from './likelihood.ts';
import type { ModelState, RivalState } from './state.ts';

/** Takes in how the versions in shadow did beside the live version in a window of labels. */
export function weighRivals(model: ModelState, window: CompleteWindow, spec: ModelSpec): void {
  const most = 10 * limitOf(spec);
  for (const { rival, eValue, detail } of window.items) {
    if (rival === undefined || rival === null || typeof eValue !== 'number') continue;
    const before = model.rivals.find(({ version }) => version === rival)?.evidence ?? NO_EVIDENCE;
    const evidence = accumulate(before, eValue, window.start, most);
    model.rivals = [
      ...model.rivals.filter(({ version }) => version !== rival),
      { version: rival, evidence, text: detail ?? '' },
    ];
  }
}

/**
 * The version in shadow that has been proven better than the live one within the false-alarm
 * budget, the surest of several. One that the live version was to be replaced by before, in vain,
 * comes after the others: it may be one that cannot come back.
 */
export function provenRival(
  { rivals, version: live, askedBack }: ModelState,
  spec: ModelSpec,
): RivalState | undefined {
  const limit = limitOf(spec);
  const inVain = askedBack?.from === live ? askedBack.to : undefined;
  return rivals
    .filter(({ version }) => spec.rollout.shadowVersions.includes(version))
    .filter(({ evidence }) => evidence.value >= limit)
    .sort(
      (a, b) =>
        Number(a.version === inVain) - Number(b.version === inVain) ||
        b.evidence.value - a.evidence.value ||
        a.version - b.version,
    )
    .at(0);
}

/**
 * Windows between false alarms for all rivals together: each of them has its share (Bonferroni).
 */
function limitOf({ drift, rollout }: ModelSpec): number {
  return budgetOf(drift) * Math.max(1, rollout.shadowVersions.length);
}
