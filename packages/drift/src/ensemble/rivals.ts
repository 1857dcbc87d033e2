import { accumulate, NO_EVIDENCE } from '@driftloop/detectors';
import type { ModelSpec } from '@driftloop/schemas';
import { budgetOf } from './budget.ts';
import type { CompleteWindow } from './collect.ts';
import { contenderOf, leadIn } from './contender.ts';
import type { ModelState, RivalState } from './state.ts';

/** Takes in how the versions in shadow did beside the live version in a window of labels. */
export function weighRivals(model: ModelState, window: CompleteWindow, spec: ModelSpec): void {
  const found = window.items.flatMap(({ rival, eValue, detail = '' }) => {
    if (rival === undefined || rival === null || typeof eValue !== 'number') return [];
    const before = model.rivals.find(({ version }) => version === rival) ?? newRival(rival);
    return [{ before, eValue, text: detail }];
  });
  const isKept = (version: number) =>
    version > (model.rejected ?? 0) || spec.rollout.shadowVersions.includes(version);
  const others = model.rivals.filter(
    ({ version }) => isKept(version) && !found.some(({ before }) => before.version === version),
  );
  // The budget is shared with those that are compared for the first time.
  const most = 10 * limitOf({ ...model, rivals: [...others, ...found.map(({ before }) => before)] }, spec);
  model.rivals = [
    ...others,
    ...found.map(({ before: { version, evidence, windows, lead }, eValue, text }) => ({
      version,
      evidence: accumulate(evidence, eValue, window.start, most),
      text,
      windows: windows + 1,
      lead: lead + (leadIn(window, version) ?? 0) * window.n,
    })),
  ];
}

/**
 * The version in shadow that has been proven better than the live one within the false-alarm
 * budget, the surest of several. One that the live version was to be replaced by before, in vain,
 * comes after the others: it may be one that cannot come back.
 */
export function provenRival(model: ModelState, spec: ModelSpec): RivalState | undefined {
  const { rivals, version: live, askedBack } = model;
  const limit = limitOf(model, spec);
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
 * Windows between false alarms for all rivals together, the candidate in shadow among them: each of
 * them has its share (Bonferroni).
 */
export function limitOf(
  model: Pick<ModelState, 'version' | 'rivals' | 'rejected'>,
  spec: Pick<ModelSpec, 'drift' | 'rollout'>,
): number {
  const contenders = contenderOf(model, spec) ? 1 : 0;
  return budgetOf(spec.drift) * Math.max(1, spec.rollout.shadowVersions.length + contenders);
}

function newRival(version: number): RivalState {
  return { version, evidence: NO_EVIDENCE, text: '', windows: 0, lead: 0 };
}
