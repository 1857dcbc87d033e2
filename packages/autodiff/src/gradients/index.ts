import { activationGradients } from './activation.ts';
import { arithmeticGradients } from './arithmetic.ts';
import { joiningGradients } from './joining.ts';
import { matrixGradients } from './matrix.ts';
import { reshapingGradients } from './reshaping.ts';
import type { GradientRule } from './rule.ts';

/** Gradient rules by operator of the default domain. A new operator is one function and one line. */
export const GRADIENTS: ReadonlyMap<string, GradientRule> = new Map(
  Object.entries({
    ...activationGradients,
    ...arithmeticGradients,
    ...joiningGradients,
    ...matrixGradients,
    ...reshapingGradients,
  }),
);

/** Operators whose outputs do not change, or not smoothly, with their inputs: gradients stop there. */
export const CONSTANT_OPERATORS: ReadonlySet<string> = new Set(
  (
    'And ArgMax ArgMin Ceil Constant ConstantOfShape Equal EyeLike Floor Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual ' +
    'NonZero Not OneHot Or RandomNormalLike RandomUniformLike Range Round Shape Sign Size Xor'
  ).split(' '),
);
