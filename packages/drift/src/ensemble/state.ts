import { type Evidential, NO_EVIDENCE } from '@driftloop/detectors';
import type { DriftState, InputPosition, Signal } from '@driftloop/schemas';
import type { WindowRecord } from '../selection/history.ts';
import type { EvidenceItem } from '../signals/evidence-item.ts';

/** The newest complete window of a signal, its strongest items first. */
export interface SignalWindow {
  readonly start: number;
  readonly end: number;
  readonly n: number;
  readonly items: readonly EvidenceItem[];
}

/** What the ensemble keeps of one signal. */
export interface SignalState {
  /** Results of a window that is not complete yet. */
  collecting: { start: number; end: number; version: number; n: number; items: EvidenceItem[] } | null;
  /** End and version of the newest window taken: a repeated one is dropped. */
  taken: { end: number; version: number } | null;
  /** Evidence about the live version. */
  evidence: Evidential;
  /** Newest window of the live version. */
  last: SignalWindow | null;
  /** 0 to 1: how far this signal is believed; it falls each time labels contradict it. */
  trust: number;
}

/** What speaks for a version that answers the live version's requests in shadow. */
export interface RivalState {
  readonly version: number;
  /** That it is right more often than the live version. */
  readonly evidence: Evidential;
  /** How the two did in the newest window, in words. */
  readonly text: string;
  /** Windows in which the two were compared. */
  readonly windows: number;
  /** Rows that it won less those that it lost, in all of them. */
  readonly lead: number;
}

/** What is left of an alarm of the row watch over the live version. */
export interface RowAlarm {
  /** Event times: of the change, and between which it plausibly lies. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** Event time just after the row that raised it. */
  readonly saidAt: number;
  /** Rows since the change. */
  readonly rows: number;
  readonly detector: string;
  readonly feature: string;
  /** What changed, in words. */
  readonly text: string;
  /**
   * Evidence in units of the row watch's budget; it fades with windows of labels that see no drift.
   */
  readonly times: number;
}

/** What the line of new versions has earned by beating what was there before. */
export interface Credit {
  /** Rows by which the newest version has been ahead, those of long ago counting less. */
  readonly lead: number;
  /** Rows of the newest window that was learnt from. */
  readonly rows: number;
  /** Windows by which its labels were behind the inputs. */
  readonly lagWindows: number;
}

/** Everything the ensemble knows of one model. JSON. */
export interface ModelState {
  /** Live version as the signals show it; 0 before the first. */
  version: number;
  /** Event time at which it was first seen. */
  versionSince: number;
  /** A lower version seen alone, and in how many windows: after two it is live again. */
  returning: { version: number; windows: number } | null;
  /** Newest event time that any window reached. */
  now: number;
  signals: Record<Signal, SignalState>;
  /** The newest alarm of the row watch, while anything is left of it. */
  rowAlarm: RowAlarm | null;
  /** What verdicts tell: rows and windows together. */
  state: DriftState;
  /** The state as windows alone show it: retrains go by it. */
  byWindows: DriftState;
  sequence: number;
  /** Windows in the past, oldest first. */
  history: WindowRecord[];
  /** How far labels had been read at the newest concept window. */
  labelsThrough: readonly InputPosition[];
  /** Event time of the newest command to retrain. */
  command: { readonly at: number } | null;
  /**
   * While the candidate of the newest command is to answer in shadow and nothing is decided about
   * it: event time of the command, and complete windows since then that had no candidate, one after
   * another.
   */
  awaited: { readonly since: number; readonly missed: number } | null;
  /** Versions that answer in shadow. */
  rivals: readonly RivalState[];
  /**
   * Event time of the newest command to bring a version back, the version that was live, and the
   * one that was asked for.
   */
  askedBack: { readonly at: number; readonly from: number; readonly to: number } | null;
  /** Event time of the newest command to make a candidate live, and its version. */
  promoted: { readonly at: number; readonly version: number } | null;
  /** Candidate that was rejected last. */
  rejected: number | null;
  /** Whether the next candidate may go live at once; null before anything was compared. */
  credit: Credit | null;
}

/** The ensemble's state; `apply` changes it in place. */
export interface EnsembleState {
  readonly models: Map<string, ModelState>;
}

/** The state of a model that was not seen before. */
export function newModel(): ModelState {
  const signal = (): SignalState => ({
    collecting: null,
    taken: null,
    evidence: NO_EVIDENCE,
    last: null,
    trust: 1,
  });
  return {
    version: 0,
    versionSince: 0,
    returning: null,
    now: 0,
    signals: { data: signal(), prediction: signal(), concept: signal() },
    rowAlarm: null,
    state: 'stable',
    byWindows: 'stable',
    sequence: 0,
    history: [],
    labelsThrough: [],
    command: null,
    awaited: null,
    rivals: [],
    askedBack: null,
    promoted: null,
    rejected: null,
    credit: null,
  };
}
