import { percent } from '../../parts/number-text.ts';
import type { VerdictRow } from '../../queries/history.ts';

type Cause = VerdictRow['causes'][number];

const DRIFTS: Readonly<Record<string, string>> = {
  covariate: 'Drift of the inputs',
  prior: 'Drift of the labels',
  concept: 'Drift of the concept',
};

/** What a cause is, in a few words. Pure. */
export function causeTitle({ kind, weight }: Cause): string {
  const drift = DRIFTS[kind];
  return drift === undefined ? `Fault of the pipeline: ${kind}` : `${drift} (${percent(weight, 0)})`;
}

/** What to do about a cause, in a sentence; empty for what is not known here. Pure. */
export function adviceText(advice: string): string {
  switch (advice) {
    case 'retrain':
      return 'A new version is the remedy.';
    case 'restore':
      return 'A version of before is the remedy.';
    case 'mend_source':
      return 'Mend the source: no version is to learn these rows.';
    case 'wait_for_labels':
      return 'Wait for labels: they show whether answers suffer.';
    default:
      return '';
  }
}
