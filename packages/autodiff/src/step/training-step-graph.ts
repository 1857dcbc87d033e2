import type { StateEntry } from '../engine.ts';
import type { FeatureInput, Parameter } from '../forward/forward-graph.ts';
import type { Head } from '../forward/head.ts';

/**
 * What a training graph does. step: forward, backward, update. gradients: forward, backward,
 * gradients into state. accumulate: forward, backward, gradients added to state. apply: the update
 * by the gradients in state. forward: logits only.
 */
export type StepKind = 'step' | 'gradients' | 'accumulate' | 'apply' | 'forward';

/**
 * A training graph and what it takes to run it on any engine. Parameters and state are graph inputs
 * under their own names, and `updates` says which output replaces which of them after a run. The
 * other inputs are `features`, those of `INPUTS` that the options ask for, and `scalars`.
 */
export interface TrainingStepGraph {
  /** The serialised ONNX model. */
  readonly graph: Uint8Array;
  readonly kind: StepKind;
  readonly parameters: readonly Parameter[];
  /**
   * Running statistics of batch normalisation: float initializers that follow the batches without
   * gradients.
   */
  readonly buffers: readonly Parameter[];
  /** State besides parameters, with its first values (zeros where absent). */
  readonly state: readonly StateEntry[];
  readonly features: readonly FeatureInput[];
  /** Names of fed inputs besides features, parameters and state. */
  readonly inputs: readonly string[];
  /** Names of outputs besides updates. */
  readonly outputs: readonly string[];
  readonly updates: Readonly<Record<string, string>>;
  /**
   * State that is read only to compute what replaces it, so that it may be overwritten
   * (LoadOptions.inPlace).
   */
  readonly inPlace: readonly string[];
  /** K: outputs per row. */
  readonly outputWidth: number;
  readonly head: Head;
  /**
   * Weights that are not trained because an operator without a gradient stands between them and the
   * loss.
   */
  readonly frozen: readonly string[];
  /** Values for the optimizer's scalar inputs. @param step counted from 1 */
  scalars(step: number, learningRate: number): Record<string, number>;
}
