import type { DetectorKind } from '@driftloop/detectors';
import type { ModelTask } from '@driftloop/schemas';
import { hasClasses } from '@driftloop/spec';
import type { Moments } from '../../profile/reference-profile.ts';
import type { EvidenceItem } from '../evidence-item.ts';
import { percent } from '../statistics/shares.ts';
import type { Finding } from '../window-test.ts';
import { expectedAs, type Words } from '../words.ts';
import { type ConceptTest, type ConceptWindow, referenceScore, scoreOf } from './window.ts';

/** For detectors that were not measured. */
const UNKNOWN_RATE = 1e-3;

/** Newest rows that are looked at when a detector cannot say since when. */
const UNDATED = 30;

/** Windows whose begin is remembered, to date a change that lies before the present one. */
const MARKS = 64;

/** What is kept between the windows of a version. */
interface StreamMemory {
  readonly state: unknown;
  /** Rows seen before this window. */
  readonly rows: number;
  /** Rows seen before each of the last windows, and its start. */
  readonly marks: readonly (readonly [number, number])[];
  /**
   * Rows and errors since the change before; absent in checkpoints that are older than this field.
   */
  readonly seen?: Seen;
}

interface Seen {
  rows: number;
  errors: number;
  /** Share of errors before these rows: the reference's, until a change was found. */
  readonly level: number;
}

/**
 * Feeds a streaming detector with the version's errors (1 wrong, 0 right; for a regression 1 where
 * the squared error is above the reference's mean), in order of event time, on from where the
 * version's last window ended. Only a rise of errors counts as drift.
 */
export function streamTest({
  name,
  byDefault = false,
  falseAlarmsPerRow = UNKNOWN_RATE,
  ...kind
}: DetectorKind): ConceptTest {
  return {
    name,
    byDefault,
    words: alarm,
    run(window, memory) {
      const before: StreamMemory = isStreamMemory(memory) ? memory : { state: undefined, rows: 0, marks: [] };
      const { layout, score } = window.profile.outputs;
      // How many squared errors lie above their mean the reference of a regression does not say.
      const expected = layout.classes > 0 ? 1 - score.mean : null;
      const detector = kind.create(expected === null ? {} : kind.parametersOf?.(mostErrors(score)));
      if (before.state !== undefined) detector.restore(before.state);
      let seen = { ...(before.seen ?? { rows: 0, errors: 0, level: expected ?? 0 }) };
      const marks = [...before.marks, [before.rows, window.start] as const].slice(-MARKS);
      const errors = errorsOf(window);
      let alarm: { changePoint: number | null } | undefined;
      let warned = false;
      errors.forEach((error, i) => {
        detector.update(error);
        seen.rows++;
        seen.errors += error;
        warned ||= detector.warning;
        if (!detector.drift) return;
        const recent = sinceChange(errors, i, detector.changePoint, seen);
        if (!alarm && recent.errors > recent.level * recent.rows) {
          const begin = before.rows + i + 1 - (detector.changePoint ?? 1);
          alarm = { changePoint: timeOf(begin, before.rows, window, marks) };
        }
        seen = recent;
      });
      const finding: Finding = {
        feature: '',
        statistic: Number.isFinite(detector.estimation) ? detector.estimation : 0,
        pValue: alarm ? Math.min(1, falseAlarmsPerRow * errors.length) : 1,
        threshold: expected ?? 0.5,
        expected,
        detail: '',
        severity: alarm ? 0.8 : warned ? 0.4 : 0,
        drifted: alarm !== undefined,
        changePoint: alarm?.changePoint ?? null,
      };
      const rows = before.rows + errors.length;
      const kept: StreamMemory = { state: detector.save(), rows, marks, seen };
      return { findings: [finding], memory: kept };
    },
  };
}

/**
 * The largest share of errors that the reference leaves plausible (upper end of a one-sided 95 %
 * interval).
 */
function mostErrors({ mean, std, rows, dispersion }: Moments): number {
  const margin = 1.645 * Math.sqrt((dispersion * std ** 2) / Math.max(1, rows));
  // One error more than was seen: a reference without any leaves some plausible, too.
  return Math.min(0.999, Math.max(1 - mean + margin, 1 / (rows + 1)));
}

function errorsOf(window: ConceptWindow): number[] {
  const { layout } = window.profile.outputs;
  const { mean } = referenceScore(window);
  return window.content.map((outcome) => {
    const value = scoreOf(window, outcome);
    return layout.classes > 0 ? 1 - value : Number(value > mean);
  });
}

/**
 * The rows since a change, as far as this window has them, and how many errors there were from the
 * change before up to it. The detector's own estimation would not do for that: some take it from
 * the newest rows.
 */
function sinceChange(errors: readonly number[], at: number, since: number | undefined, seen: Seen): Seen {
  const recent = errors.slice(Math.max(0, at + 1 - (since ?? UNDATED)), at + 1);
  const wrong = recent.reduce((sum, error) => sum + error, 0);
  const rows = seen.rows - recent.length;
  const level = rows > 0 ? (seen.errors - wrong) / rows : seen.level;
  return { rows: recent.length, errors: wrong, level };
}

/**
 * Event time of a row by its number among all rows of the version; rows of earlier windows are
 * dated by their window's start.
 */
function timeOf(
  row: number,
  rowsBefore: number,
  window: ConceptWindow,
  marks: readonly (readonly [number, number])[],
): number {
  const own = window.content[row - rowsBefore];
  if (own) return own.eventTime;
  return marks.findLast(([rows]) => rows <= row)?.[1] ?? marks[0]?.[1] ?? window.start;
}

function isStreamMemory(memory: unknown): memory is StreamMemory {
  return typeof memory === 'object' && memory !== null && 'state' in memory;
}

/**
 * A streaming detector keeps its limit to itself; what a reader can judge is how seldom it is
 * wrong.
 */
function alarm(item: EvidenceItem, task: ModelTask): Words {
  const { detector, statistic, drifted, pValue } = item;
  const errors = hasClasses(task) ? 'errors' : 'rows with an error above the usual mean';
  const rate = percent(statistic);
  return {
    observed: drifted
      ? `${detector} found more ${errors}, ${rate} now`
      : `${detector} sees ${rate} ${errors}`,
    expected: expectedAs(item, percent),
    limit: drifted
      ? `its limit is passed by chance in at most ${percent(pValue ?? 1)} of windows`
      : 'within its limit',
  };
}
