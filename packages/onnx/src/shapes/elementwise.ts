import { intAttribute } from '../attribute.ts';
import { elementTypeOf } from '../element-type.ts';
import type { Dim, TensorInfo } from '../tensor-info.ts';
import { type Arithmetic, arithmetic, broadcast } from './dims.ts';
import { type ShapeContext, type ShapeRule, tensorInfo } from './rule.ts';

/** One output like the first input. */
const same: ShapeRule = ({ inputs }) => [inputs[0] && tensorInfo(inputs[0].type, inputs[0].dims)];

const identity: ShapeRule = ({ inputs }) => [inputs[0]];

function broadcastAll(
  context: ShapeContext,
  operands: readonly (TensorInfo | undefined)[],
): Dim[] | undefined {
  let dims: Dim[] | undefined = [];
  for (const operand of operands) {
    dims = operand?.dims && dims ? broadcast(dims, operand.dims, context.fresh) : undefined;
  }
  return dims;
}

/** Broadcasts all inputs; the type is the first input's. */
const broadcasting: ShapeRule = (context) => {
  const [first] = context.inputs;
  return [first && tensorInfo(first.type, broadcastAll(context, context.inputs))];
};

const comparison: ShapeRule = (context) => [tensorInfo('bool', broadcastAll(context, context.inputs))];

function integerArithmetic(operator: Arithmetic): ShapeRule {
  return (context) => {
    const [result] = broadcasting(context);
    const [a, b] = context.inputs;
    if (!result || !a?.value || !b?.value) return [result];
    const length = Math.max(a.value.length, b.value.length);
    const value = Array.from({ length }, (_, i) =>
      arithmetic(
        operator,
        a.value?.[a.value.length === 1 ? 0 : i] ?? context.fresh(),
        b.value?.[b.value.length === 1 ? 0 : i] ?? context.fresh(),
        context.fresh,
      ),
    );
    return [tensorInfo(result.type, result.dims, value)];
  };
}

const remainder = integerArithmetic('Mod');
/** With `fmod` the remainder has the sign of what is divided, which no shape needs. */
const mod: ShapeRule = (context) =>
  intAttribute(context.node, 'fmod', 0) === 0 ? remainder(context) : broadcasting(context);

const cast: ShapeRule = ({ node, inputs: [input] }) => {
  const type = elementTypeOf(intAttribute(node, 'to', 1), `attribute to of ${node.name}`);
  return [tensorInfo(type, input?.dims, type === 'int64' || type === 'int32' ? input?.value : undefined)];
};

const where: ShapeRule = (context) => {
  const value = context.inputs[1] ?? context.inputs[2];
  return [value && tensorInfo(value.type, broadcastAll(context, context.inputs))];
};

const dropout: ShapeRule = ({ inputs: [input] }) => [
  input && tensorInfo(input.type, input.dims),
  tensorInfo('bool', input?.dims),
];

const SAME =
  'Abs Neg Sqrt Exp Log Relu LeakyRelu Elu Selu Celu Gelu Sigmoid HardSigmoid HardSwish Tanh Softplus Softsign Erf Sin Cos Sign ' +
  'Reciprocal Floor Ceil Round Not Softmax LogSoftmax Clip PRelu ThresholdedRelu Mish ScatterElements ScatterND ' +
  'LpNormalization LRN InstanceNormalization CumSum Trilu';

/** Operators that work element by element, and those whose output is like their first input. */
export const elementwiseShapes: Readonly<Record<string, ShapeRule>> = {
  ...Object.fromEntries(SAME.split(' ').map((operator) => [operator, same])),
  ...Object.fromEntries('Pow Sum Max Min Mean'.split(' ').map((operator) => [operator, broadcasting])),
  ...Object.fromEntries(
    'Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor'
      .split(' ')
      .map((operator) => [operator, comparison]),
  ),
  Add: integerArithmetic('Add'),
  Sub: integerArithmetic('Sub'),
  Mul: integerArithmetic('Mul'),
  Div: integerArithmetic('Div'),
  Cast: cast,
  Dropout: dropout,
  Identity: identity,
  Mod: mod,
  IsNaN: ({ inputs: [input] }) => [tensorInfo('bool', input?.dims)],
  IsInf: ({ inputs: [input] }) => [tensorInfo('bool', input?.dims)],
  Where: where,
};
