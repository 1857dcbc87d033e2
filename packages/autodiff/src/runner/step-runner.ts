import type { Engine } from '../engine.ts';
import type { TrainingOptions } from '../training-options.ts';

/**
 * The rows of one step. Every row may take part in several losses, each with its own weight, so
 * that one batch holds current rows and remembered rows: e.g. DER++ gives current rows a label
 * weight, one half of the memory a matching weight, the other half a label weight. Weights are used
 * as they are: the loss is Σᵢ weightᵢ·lossᵢ. Give 1/rows for a mean.
 */
export interface TrainingBatch {
  readonly rows: number;
  /** rows × width of the model's input, row-major; by input name for models with several inputs. */
  readonly features: Float32Array | Readonly<Record<string, Float32Array>>;
  /**
   * Class indices (length rows, for softmaxCrossEntropy or a single sigmoid output) or targets
   * (rows × K). May be absent when no row has a label weight.
   */
  readonly labels?: Float32Array | undefined;
  /** Label weights per row. @default 1/rows each; 0 each when labels are absent */
  readonly weights?: Float32Array | undefined;
  /** Teacher logits, rows × K, with one weight per row. Needs the option `distillation`. */
  readonly teacher?: { readonly logits: Float32Array; readonly weights: Float32Array } | undefined;
  /** Remembered logits, rows × K, with one weight per row. Needs the option `matching`. */
  readonly remembered?: { readonly logits: Float32Array; readonly weights: Float32Array } | undefined;
  /** rows × K, added to the logits before the loss on labels. Needs the option `logitOffsets`. */
  readonly logitOffsets?: Float32Array | undefined;
  /** Factor of the quadratic penalty. Needs the option `penalty`. @default 0 */
  readonly penaltyScale?: number | undefined;
}

/** What a step measured, before the update. */
export interface StepResult {
  /** All terms together. */
  readonly loss: number;
  /** The loss on labels alone. */
  readonly labelLoss: number;
  /** rows × K logits (raw outputs for regression), before the update. */
  readonly logits: Float32Array;
}

export interface StepRunnerOptions extends TrainingOptions {
  readonly engine: Engine;
  /** The ONNX model to train. */
  readonly model: Uint8Array;
  /**
   * Rows per pass through the graph; larger batches accumulate gradients over several passes.
   * Halved when a pass runs out of memory.
   * @default all rows at once
   */
  readonly microBatch?: number | undefined;
  /**
   * Megabytes (2²⁰ bytes) that parameters, optimizer state and one pass may take on the device.
   * Batches beyond it are passed in parts whose gradients add up to the same update. Counted, not
   * measured: see `peakMemoryMb`.
   * @default the engine's `maxMemoryMb`, or no limit
   */
  readonly maxMemoryMb?: number | undefined;
}

/**
 * Everything that a checkpoint needs besides the model: parameters and optimizer state by name, and
 * the number of steps taken.
 */
export interface StepRunnerSnapshot {
  readonly step: number;
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

/** Trains one model. Calls must not overlap. */
export interface StepRunner {
  /** Parameters in graph order. */
  readonly parameters: readonly { readonly name: string; readonly dims: readonly number[] }[];
  /** K: outputs per row. */
  readonly outputWidth: number;
  /**
   * Weights left as they are because an operator without a gradient stands between them and the
   * loss (freezeUnsupported).
   */
  readonly frozen: readonly string[];
  /** Rows per pass, Infinity without a limit. */
  readonly microBatch: number;
  /** Updates so far. */
  readonly step: number;
  /**
   * Megabytes that the largest pass so far held at once on the device, counted from the graph; an
   * allocator's own reserves come on top.
   */
  readonly peakMemoryMb: number;
  /** Forward, backward and update. */
  run(batch: TrainingBatch, learningRate: number): Promise<StepResult>;
  /**
   * Forward and backward without an update: the gradients of the same loss by parameter, unclipped
   * and unmasked.
   */
  gradients(batch: TrainingBatch): Promise<StepResult & { readonly gradients: Map<string, Float32Array> }>;
  /**
   * An update by gradients from elsewhere (GEM's projection); clipping, masks and optimizer as in
   * `run`.
   */
  apply(gradients: ReadonlyMap<string, Float32Array>, learningRate: number): Promise<void>;
  /** Logits of the present parameters, as the training graph sees them. */
  logits(features: TrainingBatch['features'], rows: number): Promise<Float32Array>;
  /** Copies of the present values by parameter. */
  values(): Promise<Map<string, Float32Array>>;
  setValues(values: ReadonlyMap<string, Float32Array>): void;
  /**
   * Anchors and importances by parameter; parameters that are absent keep theirs (zero at first).
   */
  setPenalty(
    penalty: ReadonlyMap<string, { readonly anchor: Float32Array; readonly importance: Float32Array }>,
  ): void;
  /** Masks by parameter; parameters that are absent keep theirs (one at first). */
  setMasks(masks: ReadonlyMap<string, Float32Array>): void;
  /** Path integrals by parameter since creation or the last reset. */
  pathIntegrals(): Promise<Map<string, Float32Array>>;
  resetPathIntegrals(): void;
  /** Optimizer moments back to zero. */
  resetOptimizer(): void;
  /** The model with the present parameters: the same graph with new initializers. */
  model(): Promise<Uint8Array>;
  snapshot(): Promise<StepRunnerSnapshot>;
  restore(snapshot: StepRunnerSnapshot): void;
  release(): Promise<void>;
}
