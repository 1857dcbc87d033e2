import { activationGradients } from './activation.ts';
import { arithmeticGradients } from './arithmetic.ts';
import { convolutionGradients } from './convolution.ts';
import { dropoutGradients } from './dropout.ts';
import { geluGradients } from './gelu.ts';
import { joiningGradients } from './joining.ts';
import { matrixGradients } from './matrix.ts';
import { normalizationGradients } from './normalization.ts';
import { poolingGradients } from './pooling.ts';
import { reductionGradients } from './reduction.ts';
import { reshapingGradients } from './reshaping.ts';
import type { GradientRule } from './rule.ts';
import { selectingGradients } from './selecting.ts';
import { unaryGradients } from './unary.ts';

/**
 * Gradient rules by operator of the default domain. A new operator is one function and one line.
 */
export const GRADIENTS: ReadonlyMap<string, GradientRule> = new Map(
  Object.entries({
    ...activationGradients,
    ...arithmeticGradients,
    ...convolutionGradients,
    ...dropoutGradients,
    ...geluGradients,
    ...joiningGradients,
    ...matrixGradients,
    ...normalizationGradients,
    ...poolingGradients,
    ...reductionGradients,
    ...reshapingGradients,
    ...selectingGradients,
    ...unaryGradients,
  }),
);

/**
 * Operators whose outputs do not change, or not smoothly, with their inputs: gradients stop there.
 */
export const CONSTANT_OPERATORS: ReadonlySet<string> = new Set(
  (
    'And ArgMax ArgMin Ceil Constant ConstantOfShape Equal EyeLike Floor Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual ' +
    'NonZero Not OneHot Or RandomNormalLike RandomUniformLike Range Round Shape Sign Size Xor'
  ).split(' '),
);
