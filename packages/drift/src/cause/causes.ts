import type { Cause } from '@driftloop/schemas';
import { FAULT_KINDS, type FaultKind, named } from '../faults/fault.ts';
import { COLUMN_SEPARATOR } from '../signals/data/faults.ts';
import type { EvidenceItem } from '../signals/evidence-item.ts';
import type { TestMeaning } from '../signals/window-test.ts';

/** What of a model the causes are told from: the newest results of its live version. */
export interface CauseInput {
  /** By name of the test. */
  readonly tests: ReadonlyMap<string, TestMeaning>;
  readonly data: readonly EvidenceItem[];
  readonly concept: readonly EvidenceItem[];
  /** Whether there is drift, or likely is: without, only faults are told. */
  readonly isDrift: boolean;
  /** Whether labels have shown that answers have become worse. */
  readonly isConfirmed: boolean;
  /** Column that the row watch names; empty for none. */
  readonly watched: string;
}

/** Causes that are told. */
const MOST = 4;

/**
 * The causes of what a window shows, the likeliest first: faults of the pipeline, the most telling
 * first, then the kind of drift. Columns that a fault explains are no drift of inputs.
 */
export function causesOf(input: CauseInput): Cause[] {
  const faults = faultsIn(input.tests, input.data);
  const explained = new Set(faults.flatMap(({ columns }) => columns));
  const moved = movedColumns(input).filter((column) => !explained.has(column));
  const isWhole = faults.length > 0 && explained.size === 0;
  const drift = input.isDrift && !isWhole && (faults.length === 0 || moved.length > 0);
  return [...faults, ...(drift ? [kindOfDrift(input, moved, faults.length > 0)] : [])].slice(0, MOST);
}

/** The faults of the pipeline that a window's results name, the most telling first. */
export function faultsOf(tests: CauseInput['tests'], items: readonly EvidenceItem[]): FaultKind[] {
  return FAULT_KINDS.filter((kind) => items.some(({ detector }) => tests.get(detector)?.fault === kind));
}

/** Whether a cause is a fault of the pipeline. */
export function isFault({ kind }: Pick<Cause, 'kind'>): boolean {
  return FAULT_KINDS.some((fault) => fault === kind);
}

function faultsIn(tests: CauseInput['tests'], items: readonly EvidenceItem[]): Cause[] {
  const found = FAULT_KINDS.flatMap((kind) =>
    items
      .filter(({ detector }) => tests.get(detector)?.fault === kind)
      .map(({ feature, statistic, detail = '' }): Cause => {
        const columns = feature === '' ? [] : feature.split(COLUMN_SEPARATOR);
        const text = detail;
        return { kind, columns, weight: 1, share: statistic, segment: '', text, advice: 'mend_source' };
      }),
  );
  // What a more telling sign explains is not told again as another.
  const told: Cause[] = [];
  for (const fault of found) {
    const left = fault.columns.filter((column) => !told.some(({ columns }) => columns.includes(column)));
    if (left.length > 0 || fault.columns.length === 0) told.push(fault);
  }
  return told;
}

function movedColumns({ tests, data }: CauseInput): string[] {
  const moved = data
    .filter(({ detector, drifted, feature, pValue }) => {
      const { fault, tellsKind = false } = tests.get(detector) ?? {};
      return drifted && feature !== '' && pValue !== null && fault === undefined && !tellsKind;
    })
    .sort((a, b) => (a.pValue ?? 1) - (b.pValue ?? 1));
  return [...new Set(moved.map(({ feature }) => feature))];
}

type Kind = 'covariate' | 'prior' | 'concept';

/** Which kind of drift fits best, and how sure that is. */
function kindOfDrift(input: CauseInput, moved: readonly string[], beside: boolean): Cause {
  const { kind, weight } = beside ? { kind: 'covariate' as const, weight: 0.5 } : likeliest(input);
  return {
    kind,
    columns: kind === 'concept' ? (input.watched === '' ? [] : [input.watched]) : [...moved],
    weight: Math.round(weight * 1e4) / 1e4,
    share: 1,
    segment: segmentOf(input, kind, moved),
    text: textOf(kind, moved),
    advice: adviceOf(input, kind),
  };
}

/** The most that the inputs' own tests count, in units of chi-square. */
const MOST_MOVED = 400;

function likeliest({ tests, data, concept }: CauseInput): { kind: Kind; weight: number } {
  const p = data.reduce((least, { detector, pValue }) => {
    const { weight = 1 } = tests.get(detector) ?? {};
    return weight > 0 && pValue !== null ? Math.min(least, pValue) : least;
  }, 1);
  const moved = Math.min(MOST_MOVED, -2 * Math.log(Math.max(p, 1e-300)));
  const costOf = (name: string): number | undefined => {
    const item = concept.find(({ detector, feature }) => tests.get(detector)?.tellsKind && feature === name);
    return item && item.statistic + item.threshold;
  };
  const [covariate, prior, changed] = [costOf('covariate'), costOf('prior'), costOf('concept')];
  if (covariate === undefined || prior === undefined || changed === undefined) return byTests(concept, p);
  const costs: readonly [Kind, number][] = [
    ['covariate', covariate],
    ['prior', prior],
    // Nothing of a concept moves the inputs.
    ['concept', changed + moved],
  ];
  const [kind, least] = costs.reduce((a, b) => (b[1] < a[1] ? b : a));
  const sum = costs.reduce((total, [, cost]) => total + Math.exp((least - cost) / 2), 0);
  return { kind, weight: 1 / sum };
}

/**
 * Where answers and truths are not counted together: what labels say while inputs are as before.
 */
function byTests(concept: readonly EvidenceItem[], p: number): { kind: Kind; weight: number } {
  const isWorse = concept.some(({ detector, drifted }) => detector === 'accuracy' && drifted);
  return { kind: isWorse && p > 1e-4 ? 'concept' : 'covariate', weight: 0.5 };
}

function segmentOf({ tests, data, concept }: CauseInput, kind: Kind, moved: readonly string[]): string {
  if (kind !== 'covariate')
    return (
      concept.find(({ detector, feature }) => tests.get(detector)?.tellsKind && feature === kind)?.detail ??
      ''
    );
  const told = data.filter(({ detector }) => tests.get(detector)?.tellsKind);
  const own =
    told.find(({ feature }) => moved.includes(feature)) ?? (moved.length === 0 ? told[0] : undefined);
  return own?.detail ?? '';
}

function textOf(kind: Kind, moved: readonly string[]): string {
  switch (kind) {
    case 'covariate': {
      const columns = moved.slice(0, 5);
      const more = moved.length > columns.length ? ` and ${moved.length - columns.length} more` : '';
      if (moved.length === 0) return 'the inputs have moved together; no column alone shows it';
      const together = moved.length > 1 ? ' together' : '';
      return `the inputs have moved${together}: ${more ? columns.join(', ') + more : named(columns)}; what they mean is as it was`;
    }
    case 'prior':
      return 'the truths come in other shares; what each of them looks like is as it was';
    case 'concept':
      return 'the same inputs have come to mean something else';
  }
}

function adviceOf({ isConfirmed, concept }: CauseInput, kind: Kind): Cause['advice'] {
  if (kind === 'concept' || isConfirmed) return 'retrain';
  return kind === 'prior' && concept.length > 0 ? 'retrain' : 'wait_for_labels';
}
