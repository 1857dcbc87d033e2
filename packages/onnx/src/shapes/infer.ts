import { DriftloopError } from '@driftloop/errors';
import { nodeLabel } from '../attribute.ts';
import type { NodeProto } from '../generated/onnx_pb.js';
import type { TensorInfo } from '../tensor-info.ts';
import { classicalShapes } from './classical.ts';
import { createShapes } from './create.ts';
import type { FreshDim } from './dims.ts';
import { elementwiseShapes } from './elementwise.ts';
import { matrixShapes } from './matrix.ts';
import { reduceShapes } from './reduce.ts';
import { reshapeShapes } from './reshape.ts';
import type { ShapeRule } from './rule.ts';
import { selectShapes } from './select.ts';
import { windowShapes } from './window.ts';

const CLASSICAL: ReadonlyMap<string, ShapeRule> = new Map(Object.entries(classicalShapes));

const RULES: ReadonlyMap<string, ShapeRule> = new Map(
  Object.entries({
    ...createShapes,
    ...elementwiseShapes,
    ...matrixShapes,
    ...reduceShapes,
    ...reshapeShapes,
    ...selectShapes,
    ...windowShapes,
  }),
);

/**
 * What is known of a node's outputs from what is known of its inputs. Nothing for operators without
 * a rule or of domains other than the default one and ai.onnx.ml. Throws GRAPH_INVALID, naming the
 * node, when the inputs do not fit.
 */
export function inferNode(
  node: NodeProto,
  inputs: readonly (TensorInfo | undefined)[],
  fresh: FreshDim,
): (TensorInfo | undefined)[] {
  const isStandard = node.domain === '' || node.domain === 'ai.onnx';
  const rules = isStandard ? RULES : node.domain === 'ai.onnx.ml' ? CLASSICAL : undefined;
  const rule = rules?.get(node.opType);
  if (rule === undefined) return [];
  try {
    return rule({ node, inputs, fresh });
  } catch (cause) {
    if (!(cause instanceof DriftloopError)) throw cause;
    throw new DriftloopError(cause.code, `node ${nodeLabel(node)}: ${cause.message}`, { cause });
  }
}
