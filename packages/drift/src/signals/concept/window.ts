import type { Outcome } from '../../sketch/outcomes.ts';
import type { TestedWindow, WindowTest } from '../window-test.ts';

/** Outcomes in the order of event time, partition and offset, each request once. */
export type ConceptWindow = TestedWindow<Outcome[]>;
export type ConceptTest = WindowTest<Outcome[]>;

/** 1 for a right answer and 0 for a wrong one; for a regression the squared error, as in the reference's score. */
export function scoreOf({ profile }: ConceptWindow, outcome: Outcome): number {
  if (profile.outputs.layout.classes > 0) return Number(outcome.predicted === outcome.label);
  return (outcome.predicted - outcome.label) ** 2;
}

/** Mean of a number over the outcomes; 0 for none. */
export function meanOf(outcomes: readonly Outcome[], value: (outcome: Outcome) => number): number {
  let sum = 0;
  for (const outcome of outcomes) sum += value(outcome);
  return outcomes.length > 0 ? sum / outcomes.length : 0;
}
