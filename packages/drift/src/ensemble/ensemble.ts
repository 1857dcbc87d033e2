import { accumulate, BARE_MENTION } from '@driftloop/detectors';
import { DriftloopError } from '@driftloop/errors';
import type { Codec, DriftSignal, DriftVerdict, ModelSpec, RetrainCommand } from '@driftloop/schemas';
import { causesOf, faultsOf } from '../cause/causes.ts';
import { ROW_WATCH } from '../row-watch/version-watch.ts';
import { fingerprintOf } from '../selection/fingerprint.ts';
import { recordOf } from '../selection/history.ts';
import { spoiltWindows } from '../selection/untrue-rows.ts';
import type { TestMeaning } from '../signals/window-test.ts';
import { budgetOf } from './budget.ts';
import { type ChangePoint, scoreChangePoint } from './change-point.ts';
import { type CompleteWindow, collect } from './collect.ts';
import { restoreCommand, retrainCommand } from './command.ts';
import { learnCredit, rolloutOf } from './credit.ts';
import { likelihoodByWindows, likelihoodOf } from './likelihood.ts';
import { awaitCandidate, promoteCommand, rejectCommand } from './promotion.ts';
import { restored } from './restored.ts';
import { weighRivals } from './rivals.ts';
import { fadeRowAlarm, rowAlarmOf, strengthOfRows } from './row-alarm.ts';
import { type EnsembleState, type ModelState, newModel } from './state.ts';
import { comparesVersions, fingerprintTests, type TestTable, testTableOf } from './test-table.ts';
import { nextState } from './transition.ts';
import { judgeLabelFree } from './trust.ts';
import { evidenceOf, verdictOf } from './verdict.ts';
import { followVersion } from './version.ts';
import { weighWindow } from './weigh.ts';

/**
 * What a signal led to. The state is the one that was passed, changed in place: a fold owns its
 * state.
 */
export interface Judged {
  readonly state: EnsembleState;
  /** When the signal completed a window. */
  readonly verdict?: DriftVerdict;
  readonly command?: RetrainCommand;
}

/** A deterministic fold over drift.signals to verdicts and commands. */
export interface Ensemble {
  initial(): EnsembleState;
  /** @param now wall clock; it goes into a command's `issuedAt` and nowhere else */
  apply(state: EnsembleState, signal: DriftSignal, spec: ModelSpec, now: number): Judged;
  /** JSON text, at most about 100 kB per model. */
  readonly codec: Codec<EnsembleState>;
}

/** Version of the encoded state, the only one. */
export const ENSEMBLE_FORMAT = 1;
/** Items of a signal's newest window that are kept for the words of verdicts. */
const KEPT_ITEMS = 24;

/** What an ensemble is made of. */
export interface EnsembleOptions {
  /** Every test whose results it may see, with what the test says about itself. */
  readonly tests: readonly TestMeaning[];
  /** Version of the encoded state; only tests have another one. @default ENSEMBLE_FORMAT */
  readonly format?: number;
}

/** Creates the ensemble. */
export function createEnsemble({ tests, format = ENSEMBLE_FORMAT }: EnsembleOptions): Ensemble {
  const table = testTableOf(tests);
  return {
    codec: codecOf(format),
    initial: () => ({ models: new Map() }),
    apply(state, signal, spec, now) {
      const model = state.models.get(signal.model) ?? newModel();
      state.models.set(signal.model, model);
      if (signal.detector === ROW_WATCH) return { state, ...judgeRows(table, model, signal, spec, now) };
      const window = collect(model.signals[signal.signal], signal);
      return window ? { state, ...judge(table, model, signal, window, spec, now) } : { state };
    },
  };
}

function codecOf(format: number): Codec<EnsembleState> {
  return {
    format,
    encode: ({ models }) => JSON.stringify({ format, models: [...models] }),
    decode(text) {
      const saved = JSON.parse(text) as { format: number; models: [string, ModelState][] };
      if (saved.format === format)
        return { models: new Map(saved.models.map(([name, model]) => [name, restored(model)])) };
      throw new DriftloopError(
        'DATA_INVALID',
        `A checkpoint of the ensemble has format ${saved.format}, this version reads ${format}: delete it and read the log again.`,
      );
    },
  };
}

function judge(
  tests: TestTable,
  model: ModelState,
  { signal: name, through }: DriftSignal,
  window: CompleteWindow,
  spec: ModelSpec,
  now: number,
): Pick<Judged, 'verdict' | 'command'> {
  followVersion(model, name, window);
  model.now = Math.max(model.now, window.end);
  const record = recordOf(model.history, window.start, window.end);
  if (name === 'data') {
    record.fingerprint = fingerprintOf(fingerprintTests(tests), window.items);
    record.inputs = { version: window.version, faults: faultsOf(tests, window.items) };
  }
  if (name === 'concept') {
    record.labelled += window.n;
    model.labelsThrough = through;
    // Of one window the newest version comes last.
    const score = window.items.find(({ detector }) => tests.get(detector)?.isScore);
    record.score = score?.statistic ?? record.score;
    record.version = window.version;
  }
  if (window.version === model.version) {
    weighIn(tests, model, name, window, spec);
    weighRivals(model, window, spec);
    if (name === 'concept') {
      learnCredit(model, window, spec);
      awaitCandidate(model, window, spec);
    }
  }
  return conclude(tests, model, spec, window, name === 'concept', now);
}

/**
 * An alarm of the row watch is evidence between windows. One of a version that was replaced says
 * nothing of the one that is live.
 */
function judgeRows(
  tests: TestTable,
  model: ModelState,
  signal: DriftSignal,
  spec: ModelSpec,
  now: number,
): Pick<Judged, 'verdict' | 'command'> {
  const { windowStart: start, windowEnd: end, version, n } = signal;
  const window = { start, end, version, n, items: [] };
  followVersion(model, 'concept', window);
  if (version !== model.version) return {};
  // One row's event time is no clock: only windows, which many rows have passed, move it.
  model.rowAlarm = rowAlarmOf(signal);
  return conclude(tests, model, spec, window, false, now);
}

/** What follows for the model's state, and what is to be done. */
function conclude(
  tests: TestTable,
  model: ModelState,
  spec: ModelSpec,
  window: CompleteWindow,
  isLabelled: boolean,
  now: number,
): Pick<Judged, 'verdict' | 'command'> {
  const likelihood = likelihoodOf(model, spec.drift);
  const proven = isProven(model);
  model.state = nextState(
    { state: model.state, likelihood, proven: proven && model.rowAlarm === null },
    spec.drift,
  );
  const ofWindows = likelihoodByWindows(model, spec.drift);
  model.byWindows = nextState({ state: model.byWindows, likelihood: ofWindows, proven }, spec.drift);
  const changePoint = model.state === 'stable' ? undefined : changePointOf(model, spec);
  const evidence = evidenceOf(tests, model, spec, likelihood);
  const reasons = evidence.slice(0, 4).map(({ text }) => text);
  const isCompared = comparesVersions(tests, spec.drift);
  const rollout = rolloutOf(model, spec, isCompared);
  const since = model.byWindows === 'stable' ? undefined : changePointByWindows(model, spec);
  const causes = causesOf({
    tests,
    data: model.signals.data.last?.items ?? [],
    concept: model.signals.concept.last?.items ?? [],
    isDrift: model.state === 'warning' || model.state === 'drift',
    isConfirmed: likelihood.confirmedByLabels,
    watched: model.rowAlarm?.feature ?? '',
  });
  const { last } = model.signals.data;
  const isFaulty = last !== null && spoiltWindows(model.history)(last);
  const occasion = { changePoint: since, reasons, isLabelled, rollout, isCompared, isFaulty };
  const command =
    restoreCommand(model, spec, now) ??
    promoteCommand(model, spec, now) ??
    rejectCommand(model, spec, now) ??
    retrainCommand(model, spec, occasion, now);
  const told = { changePoint, evidence, causes };
  const verdict = verdictOf(tests, model, spec, window, likelihood, told, command);
  return command ? { verdict, command } : { verdict };
}

/** The window's evidence joins that of the windows before. */
function weighIn(
  tests: TestTable,
  model: ModelState,
  name: DriftSignal['signal'],
  window: CompleteWindow,
  spec: ModelSpec,
): void {
  const signal = model.signals[name];
  const budget = budgetOf(spec.drift);
  const { eValue } = weighWindow(tests, window);
  // Evidence beyond what decides only delays that it fades: label-free needs the budget's square,
  // labels the budget.
  const most = name === 'concept' ? 20 * budget : 10 * budget * budget;
  signal.evidence = accumulate(signal.evidence, eValue, window.start, most);
  const { start, end, n } = window;
  const items = keptOf(tests, window.items);
  signal.last = { start, end, n, items };
  if (name !== 'concept') return;
  fadeRowAlarm(model, window, eValue);
  judgeLabelFree(model, window.start, eValue, spec.drift);
}

/** The strongest results, and all that say what a change is. */
function keptOf(tests: TestTable, items: CompleteWindow['items']): CompleteWindow['items'] {
  const explains = ({ detector }: CompleteWindow['items'][number]): boolean => {
    const { fault, tellsKind = false } = tests.get(detector) ?? {};
    return fault !== undefined || tellsKind;
  };
  const strongest = items.filter((item) => !explains(item)).sort((a, b) => b.severity - a.severity);
  return [...strongest.slice(0, KEPT_ITEMS), ...items.filter(explains)];
}

/** Whether windows of labels have come and do not speak of drift. */
function isProven(model: ModelState): boolean {
  const { last, evidence } = model.signals.concept;
  return last !== null && evidence.value <= 1;
}

/** From the rows where they show it best. */
function changePointOf(model: ModelState, spec: ModelSpec): ChangePoint | undefined {
  const { rowAlarm, signals } = model;
  if (rowAlarm && strengthOfRows(model, spec.drift) >= signals.concept.evidence.value)
    return { at: rowAlarm.at, from: rowAlarm.from, to: rowAlarm.to };
  return changePointByWindows(model, spec);
}

/** From the labels where they show it best, else from where the label-free evidence began. */
function changePointByWindows(model: ModelState, spec: ModelSpec): ChangePoint | undefined {
  const { concept, data, prediction } = model.signals;
  const strongest = data.evidence.value > prediction.evidence.value ? data : prediction;
  const budget = budgetOf(spec.drift);
  if (concept.evidence.value >= Math.min(budget, Math.max(BARE_MENTION, strongest.evidence.value))) {
    const own = model.history.filter(({ version }) => version === model.version);
    const found = scoreChangePoint(own, spec.task);
    if (found) return found;
  }
  const since = strongest.evidence.since ?? concept.evidence.since;
  return since === null ? undefined : { at: since, from: since, to: strongest.last?.end ?? since };
}
