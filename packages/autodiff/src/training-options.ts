/**
 * What is minimised. Row losses are weighted by `weights`; see docs of each. K is the number of
 * outputs of a row.
 */
export type Loss =
  /** −Σₖ targetₖ·log softmax(logits)ₖ. Targets: rows that sum to 1 (one-hot or soft). */
  | 'softmaxCrossEntropy'
  /** Mean over K of the logistic loss. Targets in [0, 1]. */
  | 'sigmoidCrossEntropy'
  /** Mean over K of (output − target)². */
  | 'squaredError'
  /** Mean over K of Huber's loss: ½e² for |e| ≤ delta, else delta·(|e| − ½delta). */
  | { readonly kind: 'huber'; readonly delta: number };

/**
 * How parameters follow gradients. The learning rate is an input of every step, so schedules are
 * the caller's.
 */
export type Optimizer =
  | {
      readonly kind: 'sgd';
      /** v ← momentum·v + g; θ ← θ − lr·v (PyTorch's form). @default 0 */
      readonly momentum?: number;
      /** Look-ahead: θ ← θ − lr·(g + momentum·v). @default false */
      readonly nesterov?: boolean;
      /** L2: g ← g + weightDecay·θ. @default 0 */
      readonly weightDecay?: number;
    }
  | {
      /**
       * adam: Kingma and Ba 2015, algorithm 1, weight decay as L2. adamw: Loshchilov and Hutter
       * 2019, weight decay decoupled.
       */
      readonly kind: 'adam' | 'adamw';
      /** @default 0.9 */
      readonly beta1?: number;
      /** @default 0.999 */
      readonly beta2?: number;
      /** Added to the square root of the bias-corrected second moment. @default 1e-8 */
      readonly epsilon?: number;
      /** @default 0 for adam, 0.01 for adamw */
      readonly weightDecay?: number;
    };

/**
 * What a training step does besides the loss on labels. Everything that is not asked for costs
 * nothing.
 */
export interface TrainingOptions {
  readonly loss: Loss;
  /**
   * Factor of all losses on rows: 1 / variance makes squared errors of labels in any unit alike to
   * the optimizer.
   * @default 1
   */
  readonly lossScale?: number | undefined;
  readonly optimizer: Optimizer;
  /**
   * Which float initializers are trained. Called for every candidate.
   * @default those that act as weights, biases, scales or embeddings; not constants such as
   *   standardisation
   */
  readonly trainable?: ((name: string, dims: readonly number[]) => boolean) | undefined;
  /**
   * Gradients are scaled down so that their global L2 norm is at most this.
   * @default no clipping
   */
  readonly clipNorm?: number | undefined;
  /**
   * Adds scale/2 · Σ importance·(θ − anchor)² over all parameters, with anchors and importances as
   * state (EWC, SI, MAS). The scale is an input of every step. @default false
   */
  readonly penalty?: boolean | undefined;
  /**
   * Per-row distillation: weight · T²·cross-entropy between softmax(teacher logits/T) and
   * softmax(logits/T) (Hinton et al. 2015). For sigmoidCrossEntropy the logistic form, for
   * regression losses the squared error. @default none
   */
  readonly distillation?: { readonly temperature: number } | undefined;
  /**
   * Per-row matching of remembered logits: weight · mean over K of (logits − remembered)² (DER,
   * Buzzega et al. 2020).
   * @default false
   */
  readonly matching?: boolean | undefined;
  /**
   * Per-element factors on every parameter's update, as state: 0 keeps an element, 1 trains it.
   * @default false
   */
  readonly masks?: boolean | undefined;
  /**
   * An input [rows, K] added to the logits before the loss on labels, e.g. −1e9 at classes of other
   * tasks.
   * @default false
   */
  readonly logitOffsets?: boolean | undefined;
  /**
   * Path integrals Σ −g·Δθ of the loss on labels as state (SI, Zenke et al. 2017). Not with
   * micro-batches.
   * @default false
   */
  readonly pathIntegral?: boolean | undefined;
  /**
   * An operator without a gradient freezes everything before it instead of failing.
   * @default as `importModel` marked the model, else false
   */
  readonly freezeUnsupported?: boolean | undefined;
  /**
   * Dropout nodes drop while training, at the rate that the model holds.
   * @default false: they pass everything on, as when serving
   */
  readonly dropout?: boolean | undefined;
  /**
   * BatchNormalization uses each batch's statistics and moves the running ones, as in a framework's
   * training mode.
   * @default false: the running statistics stay as they are, so that what is trained is what is
   *   served
   */
  readonly batchStatistics?: boolean | undefined;
  /** The output to train, where a model has several float outputs. */
  readonly output?: string | undefined;
}
