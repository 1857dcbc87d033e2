import type { Arithmetic } from '../elementwise/arithmetic.ts';

/** What a rule reads of one parameter. */
export interface RuleInputs<V> {
  readonly parameter: V;
  readonly gradient: V;
  /** The value before the step of one of the rule's slots. */
  slot(name: string): V;
  /** One of the rule's scalars. */
  scalar(name: string): V;
}

/** What a rule computes of one parameter. */
export interface RuleResults<V> {
  /** Slot → its value after the step. */
  readonly slots: Readonly<Record<string, V>>;
  /** To be subtracted from the parameter. */
  readonly delta: V;
  /** A scalar factor for the parameter before that. */
  readonly decay?: V;
}

/** An optimizer's arithmetic, parameter by parameter. */
export interface OptimizerRule {
  /** Names of the tensors kept per parameter, each of the parameter's shape, zero at first. */
  readonly slots: readonly string[];
  /** Names of the scalars that a step is fed. */
  readonly scalarNames: readonly string[];
  /** Values of the scalars, computed in double precision. @param step counted from 1 */
  scalars(step: number, learningRate: number): Record<string, number>;
  /** The update of one parameter. */
  update<V>(math: Arithmetic<V>, inputs: RuleInputs<V>): RuleResults<V>;
}
