import type { GraphBuilder } from '@driftloop/onnx';

/** An optimizer's part of a graph, parameter by parameter. */
export interface OptimizerRule {
  /** Names of the tensors kept per parameter, each of the parameter's shape, zero at first. */
  readonly slots: readonly string[];
  /** Names of the scalars that a step is fed. */
  readonly scalarNames: readonly string[];
  /** Values of the scalars, computed in double precision. @param step counted from 1 */
  scalars(step: number, learningRate: number): Record<string, number>;
  /**
   * Emits the update of one parameter.
   * @param slots by name: the value before the step, and the name that the value after it must get
   * @returns `delta`, to be subtracted; `decay`, a scalar factor for the parameter before that
   */
  emit(
    builder: GraphBuilder,
    parameter: string,
    gradient: string,
    slots: Readonly<Record<string, { readonly before: string; readonly after: string }>>,
  ): { readonly delta: string; readonly decay?: string };
}
