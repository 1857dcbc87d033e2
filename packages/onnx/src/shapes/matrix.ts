import { DriftloopError } from '@driftloop/errors';
import { intAttribute } from '../attribute.ts';
import type { Dim } from '../tensor-info.ts';
import { broadcast } from './dims.ts';
import { type ShapeRule, tensorInfo } from './rule.ts';

const gemm: ShapeRule = ({ node, inputs: [a, b] }) => {
  if (!a) return [undefined];
  if (!a.dims || !b?.dims) return [tensorInfo(a.type, undefined)];
  if (a.dims.length !== 2 || b.dims.length !== 2) {
    throw new DriftloopError('GRAPH_INVALID', `Gemm needs matrices, not [${a.dims}] and [${b.dims}]`);
  }
  const transposeA = intAttribute(node, 'transA', 0);
  const transposeB = intAttribute(node, 'transB', 0);
  checkInner(a.dims[transposeA ? 0 : 1], b.dims[transposeB ? 1 : 0], a.dims, b.dims);
  const rows = a.dims[transposeA ? 1 : 0] ?? 1;
  const columns = b.dims[transposeB ? 0 : 1] ?? 1;
  return [tensorInfo(a.type, [rows, columns])];
};

/**
 * numpy.matmul: vectors get a dimension that the result loses again, leading dimensions broadcast.
 */
const matmul: ShapeRule = ({ inputs: [a, b], fresh }) => {
  if (!a) return [undefined];
  if (!a.dims || !b?.dims) return [tensorInfo(a.type, undefined)];
  const left = a.dims.length === 1 ? [1, ...a.dims] : a.dims;
  const right = b.dims.length === 1 ? [...b.dims, 1] : b.dims;
  checkInner(left.at(-1), right.at(-2), a.dims, b.dims);
  const dims: Dim[] = broadcast(left.slice(0, -2), right.slice(0, -2), fresh);
  if (a.dims.length > 1) dims.push(left.at(-2) ?? 1);
  if (b.dims.length > 1) dims.push(right.at(-1) ?? 1);
  return [tensorInfo(a.type, dims)];
};

function checkInner(
  a: Dim | undefined,
  b: Dim | undefined,
  left: readonly Dim[],
  right: readonly Dim[],
): void {
  if (typeof a === 'number' && typeof b === 'number' && a !== b) {
    throw new DriftloopError(
      'GRAPH_INVALID',
      `cannot multiply [${left}] by [${right}]: inner sizes ${a} and ${b} differ`,
    );
  }
}

export const matrixShapes: Readonly<Record<string, ShapeRule>> = { Gemm: gemm, MatMul: matmul };
