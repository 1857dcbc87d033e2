import { type ElementwiseKernel, type ElementwiseProgram, recordProgram } from '../elementwise/program.ts';
import type { EngineState } from '../engine.ts';
import type { Parameter } from '../forward/forward-graph.ts';
import { optimizerRule } from '../optimizers/index.ts';
import { movedParameter } from '../step/moved-parameter.ts';
import { stateName } from '../step/names.ts';
import { updateState } from '../step/update.ts';
import type { TrainingOptions } from '../training-options.ts';

const PARAMETER = 'parameter';
const GRADIENT = 'gradient';
const MASK = 'mask';
const CLIP_FACTOR = 'clip_factor';

/** The update of all parameters by the gradients in state, outside of any graph. */
export interface FusedUpdate {
  /** @param step counted from 1 */
  apply(step: number, learningRate: number): void;
}

/**
 * Compiles masking, clipping and the optimizer into kernels of the engine: the arithmetic of
 * `emitUpdate` in one pass per parameter, in place. Adds the entries that it needs to the state,
 * the gradients among them.
 *
 * @returns undefined when the engine cannot do it, or when the options need parameters before and
 *   after a step in one graph (path integrals)
 */
export function createFusedUpdate(
  state: EngineState,
  parameters: readonly Parameter[],
  options: TrainingOptions,
): FusedUpdate | undefined {
  if (options.pathIntegral || state.compile === undefined) return undefined;
  const gradients = parameters.map(({ name, dims }) => ({ name: stateName('gradient', name), dims }));
  const own = [...gradients, ...updateState(parameters, options)];
  state.ensure(own);
  const entries = [...parameters, ...own].map(({ name }) => name);
  const move = state.compile(moveProgram(options), entries);
  if (move === undefined) return undefined;
  const { clipNorm } = options;
  const squares = clipNorm === undefined ? undefined : state.compile(squaresProgram(options), entries);
  const arrays = parameters.map(({ name }) => arraysOf(name, options));
  const rule = optimizerRule(options.optimizer);
  return {
    apply(step, learningRate) {
      const scalars = rule.scalars(step, learningRate);
      if (squares && clipNorm !== undefined) scalars[CLIP_FACTOR] = clipFactor(squares, arrays, clipNorm);
      for (const names of arrays) move.run(names, scalars);
    },
  };
}

/**
 * min(1, limit / (norm + 1e-6)), the form of PyTorch's clip_grad_norm_ and of the graph's clipping.
 */
function clipFactor(
  squares: ElementwiseKernel,
  arrays: readonly Readonly<Record<string, string>>[],
  limit: number,
): number {
  const total = arrays.reduce((sum, names) => sum + squares.run(names, {}), 0);
  return Math.min(1, limit / (Math.sqrt(total) + 1e-6));
}

/** Array of the programs → state entry, for one parameter. */
function arraysOf(parameter: string, options: TrainingOptions): Record<string, string> {
  return {
    [PARAMETER]: parameter,
    [GRADIENT]: stateName('gradient', parameter),
    ...(options.masks && { [MASK]: stateName('mask', parameter) }),
    ...Object.fromEntries(
      optimizerRule(options.optimizer).slots.map((slot) => [slot, stateName(slot, parameter)]),
    ),
  };
}

function moveProgram({ optimizer, masks, clipNorm }: TrainingOptions): ElementwiseProgram {
  const rule = optimizerRule(optimizer);
  const arrays = [PARAMETER, GRADIENT, ...(masks ? [MASK] : []), ...rule.slots];
  const scalars = [...rule.scalarNames, ...(clipNorm === undefined ? [] : [CLIP_FACTOR])];
  return recordProgram(arrays, scalars, (math, value) => {
    const mask = masks ? value(MASK) : undefined;
    const masked = mask === undefined ? value(GRADIENT) : math.multiply(value(GRADIENT), mask);
    const gradient = clipNorm === undefined ? masked : math.multiply(masked, value(CLIP_FACTOR));
    const inputs = { parameter: value(PARAMETER), gradient, slot: value, scalar: value };
    const moved = movedParameter(math, rule, inputs, mask);
    return { writes: { ...moved.slots, [PARAMETER]: moved.parameter } };
  });
}

/** Σ gradient² of the elements that masks let through. */
function squaresProgram({ masks }: TrainingOptions): ElementwiseProgram {
  return recordProgram([GRADIENT, ...(masks ? [MASK] : [])], [], (math, value) => {
    const gradient = masks ? math.multiply(value(GRADIENT), value(MASK)) : value(GRADIENT);
    return { writes: {}, sum: math.multiply(gradient, gradient) };
  });
}
