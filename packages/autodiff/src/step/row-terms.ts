import type { GraphBuilder } from '@driftloop/onnx';
import { BATCH } from '../forward/forward-graph.ts';
import { distillation } from '../losses/distillation.ts';
import { labelLoss, squaredError } from '../losses/label-loss.ts';
import type { RowLoss } from '../losses/row-loss.ts';
import type { TrainingOptions } from '../training-options.ts';
import { INPUTS } from './names.ts';

/** All losses on rows together. */
export interface RowTerms {
  /** Scalars. */
  readonly loss: string;
  readonly labelLoss: string;
  /** [batch, K]: derivative of the loss by the logits. */
  readonly gradient: string;
}

/**
 * Emits the losses on rows that the options ask for, each with its inputs for targets and weights.
 * @param logits [batch, K]
 */
export function emitRowTerms(
  builder: GraphBuilder,
  logits: string,
  width: number,
  options: TrainingOptions,
): RowTerms {
  const { distillation: distilled, matching, logitOffsets, lossScale } = options;
  const targets = (name: string) => builder.input(name, 'float32', [BATCH, width]);
  const shifted = logitOffsets ? builder.node('Add', [logits, targets(INPUTS.logitOffsets)]) : logits;
  const labelled = labelLoss(options.loss)(builder, shifted, targets(INPUTS.labels), width);
  const terms = [weighted(builder, labelled, INPUTS.labelWeights, lossScale)];
  if (distilled) {
    const emit = distillation(options.loss, distilled.temperature);
    terms.push(
      weighted(
        builder,
        emit(builder, logits, targets(INPUTS.teacher), width),
        INPUTS.teacherWeights,
        lossScale,
      ),
    );
  }
  if (matching) {
    const matched = squaredError(builder, logits, targets(INPUTS.remembered), width);
    terms.push(weighted(builder, matched, INPUTS.rememberedWeights, lossScale));
  }
  const sum = (values: string[]) => values.reduce((total, value) => builder.node('Add', [total, value]));
  return {
    loss: sum(terms.map((term) => term.value)),
    labelLoss: terms[0]?.value ?? '',
    gradient: sum(terms.map((term) => term.gradient)),
  };
}

/** Σᵢ weightᵢ·scale·lossᵢ and its derivative by the logits. */
function weighted(
  builder: GraphBuilder,
  term: RowLoss,
  weightsName: string,
  scale: number | undefined,
): { value: string; gradient: string } {
  const given = builder.input(weightsName, 'float32', [BATCH]);
  const weights = scale === undefined ? given : builder.node('Mul', [given, builder.float(scale)]);
  const value = builder.node('ReduceSum', [builder.node('Mul', [term.value, weights]), builder.int([0])], {
    keepdims: 0,
  });
  const column = builder.node('Unsqueeze', [weights, builder.int([1])]);
  return { value, gradient: builder.node('Mul', [term.gradient, column]) };
}
