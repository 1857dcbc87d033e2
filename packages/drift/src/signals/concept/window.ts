import type { Moments } from '../../profile/reference-profile.ts';
import { errorShare, mostErrorIn, sharesOf } from '../../profile/squared-error.ts';
import type { Outcome } from '../../sketch/outcomes.ts';
import type { TestedWindow, WindowTest } from '../window-test.ts';

/** Outcomes in the order of event time, partition and offset, each request once. */
export type ConceptWindow = TestedWindow<Outcome[]>;
export type ConceptTest = WindowTest<Outcome[]>;

/**
 * 1 for a right answer and 0 for a wrong one; for a regression the squared error as a share of the
 * most that it counts, 0 to 1.
 */
export function scoreOf({ profile }: ConceptWindow, { predicted, label }: Outcome): number {
  if (profile.outputs.layout.classes > 0) return Number(predicted === label);
  return errorShare(predicted, label, mostErrorIn(profile.outputs));
}

/** The reference's scores, in the unit of `scoreOf`. */
export function referenceScore({ profile }: ConceptWindow): Moments {
  const { layout, score } = profile.outputs;
  return layout.classes > 0 ? score : sharesOf(score, mostErrorIn(profile.outputs));
}

/** Mean of a number over the outcomes; 0 for none. */
export function meanOf(outcomes: readonly Outcome[], value: (outcome: Outcome) => number): number {
  let sum = 0;
  for (const outcome of outcomes) sum += value(outcome);
  return outcomes.length > 0 ? sum / outcomes.length : 0;
}
