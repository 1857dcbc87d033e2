import { DriftloopError } from '@driftloop/errors';
import type { Dim } from '../tensor-info.ts';

/** Names a dimension that inference cannot tell. */
export type FreshDim = () => string;

/** The axis counted from the front. Throws GRAPH_INVALID outside [-rank, rank). */
export function normalizeAxis(axis: number, rank: number): number {
  if (axis < -rank || axis >= rank) {
    throw new DriftloopError('GRAPH_INVALID', `axis ${axis} is outside a tensor of rank ${rank}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/**
 * NumPy broadcasting. A symbol against a number above 1 must equal it; two different symbols give
 * an unknown.
 */
export function broadcast(a: readonly Dim[], b: readonly Dim[], fresh: FreshDim): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    if (typeof left === 'string') return typeof right === 'string' ? fresh() : right;
    if (typeof right === 'string') return left;
    throw new DriftloopError('GRAPH_INVALID', `[${a}] and [${b}] do not broadcast`);
  });
}

/** Splits a product of dims into its number and its symbols. */
function factor(dims: readonly Dim[]): { known: number; symbols: string[] } {
  const symbols: string[] = [];
  let known = 1;
  for (const dim of dims) {
    if (typeof dim === 'string') symbols.push(dim);
    else known *= dim;
  }
  return { known, symbols };
}

/** The product of dims, as a number, one symbol, or an unknown. */
export function product(dims: readonly Dim[], fresh: FreshDim): Dim {
  return quotient(dims, [], fresh);
}

/** The product of `over` divided by the product of `under`, after cancelling equal symbols. */
export function quotient(over: readonly Dim[], under: readonly Dim[], fresh: FreshDim): Dim {
  const top = factor(over);
  const bottom = factor(under);
  for (const symbol of bottom.symbols) {
    const index = top.symbols.indexOf(symbol);
    if (index < 0) return fresh();
    top.symbols.splice(index, 1);
  }
  if (top.known === 0) return 0;
  const [symbol] = top.symbols;
  if (symbol === undefined) return top.known % bottom.known === 0 ? top.known / bottom.known : fresh();
  return top.symbols.length === 1 && top.known === bottom.known ? symbol : fresh();
}

/** What shapes are reckoned with; Mod has the sign of its divisor. */
export type Arithmetic = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Mod';

/** Arithmetic on dims; symbols survive only where the result is one of the operands. */
export function arithmetic(operator: Arithmetic, a: Dim, b: Dim, fresh: FreshDim): Dim {
  if (typeof a === 'number' && typeof b === 'number') {
    if (operator === 'Add') return a + b;
    if (operator === 'Sub') return a - b;
    if (operator === 'Mod') return a - b * Math.floor(a / b);
    return operator === 'Mul' ? a * b : Math.trunc(a / b);
  }
  if (operator === 'Mod') return fresh();
  const neutral = operator === 'Mul' || operator === 'Div' ? 1 : 0;
  if (b === neutral) return a;
  if (a === neutral && (operator === 'Add' || operator === 'Mul')) return b;
  return fresh();
}
