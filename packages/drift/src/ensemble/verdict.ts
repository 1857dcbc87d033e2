import type { Cause, DriftVerdict, Evidence, ModelSpec, RetrainCommand, Signal } from '@driftloop/schemas';
import { isFault } from '../cause/causes.ts';
import type { ChangePoint } from './change-point.ts';
import type { Likelihood } from './likelihood.ts';
import { strengthOfRows } from './row-alarm.ts';
import type { ModelState, RowAlarm } from './state.ts';
import type { TestTable } from './test-table.ts';
import { weighWindow } from './weigh.ts';
import { wordsOf } from './words.ts';

/** Pieces of evidence in a verdict. */
const MOST = 8;

/** The evidence of all signals by weight: each piece's share of the likelihood. */
export function evidenceOf(
  tests: TestTable,
  model: ModelState,
  spec: ModelSpec,
  likelihood: Likelihood,
): Evidence[] {
  const names: Signal[] = ['data', 'prediction', 'concept'];
  const rows = strengthOfRows(model, spec.drift);
  const byRows = rows / (rows + model.signals.concept.evidence.value || 1);
  const pieces = names.flatMap((signal) => {
    const { last } = model.signals[signal];
    if (!last || likelihood.evidence <= 0) return [];
    const ofWindows = signal === 'concept' ? 1 - byRows : 1;
    const share = (ofWindows * likelihood.parts[signal]) / likelihood.evidence;
    return weighWindow(tests, last).items.map(({ item, share: part }): Evidence => {
      const weight = Math.round(share * part * 1e4) / 1e4;
      const { detector, feature } = item;
      return {
        signal,
        detector,
        feature,
        windowStart: last.start,
        weight,
        text: wordsOf(tests, spec.task, item, last.n),
      };
    });
  });
  if (model.rowAlarm && likelihood.evidence > 0)
    pieces.push(rowEvidence(model.rowAlarm, (byRows * likelihood.parts.concept) / likelihood.evidence));
  return pieces.sort((a, b) => b.weight - a.weight).slice(0, MOST);
}

function rowEvidence({ detector, feature, from, text }: RowAlarm, share: number): Evidence {
  const weight = Math.round(share * 1e4) / 1e4;
  return { signal: 'concept', detector, feature, windowStart: from, weight, text };
}

/** What a verdict tells. */
export interface Told {
  readonly changePoint: ChangePoint | undefined;
  readonly evidence: readonly Evidence[];
  readonly causes: readonly Cause[];
}

/** The verdict on a model's newest window. */
export function verdictOf(
  tests: TestTable,
  model: ModelState,
  spec: ModelSpec,
  window: { readonly start: number; readonly end: number },
  likelihood: Likelihood,
  { changePoint, evidence, causes }: Told,
  command: Pick<RetrainCommand, 'action' | 'commandId' | 'restoreVersion'> | undefined,
): DriftVerdict {
  return {
    model: spec.model,
    version: model.version,
    windowStart: window.start,
    windowEnd: window.end,
    sequence: model.sequence++,
    state: model.state,
    likelihood: likelihood.value,
    confirmedByLabels: likelihood.confirmedByLabels,
    evidence:
      typeof command?.restoreVersion === 'number'
        ? [...evidence.slice(0, MOST - 1), ...rivalEvidence(tests, model, command)]
        : evidence,
    changePoint: changePoint?.at ?? null,
    changePointFrom: changePoint?.from ?? null,
    changePointTo: changePoint?.to ?? null,
    action: command?.action ?? 'none',
    commandId: command?.commandId ?? null,
    causes: command?.action === 'restore' ? causes.map(restoring) : causes,
  };
}

/** Where a version comes back it is the remedy; a fault is still to be mended. */
function restoring(cause: Cause): Cause {
  return isFault(cause) ? cause : { ...cause, advice: 'restore' };
}

/**
 * What speaks for another version, or against it, is no evidence of drift: it weighs nothing there,
 * and explains the command.
 */
function rivalEvidence(
  tests: TestTable,
  { rivals, signals }: ModelState,
  { restoreVersion }: Pick<RetrainCommand, 'restoreVersion'>,
): Evidence[] {
  const detector = [...tests.values()].find(({ comparesVersions }) => comparesVersions)?.name ?? '';
  return rivals
    .filter(({ version }) => version === restoreVersion)
    .map(({ version, evidence, text }) => ({
      signal: 'concept',
      detector,
      feature: `version ${version}`,
      windowStart: evidence.since ?? signals.concept.last?.start ?? 0,
      weight: 0,
      text,
    }));
}
