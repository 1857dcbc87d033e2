import { DriftloopError } from '@driftloop/errors';
import {
  intsAttribute,
  type NodeProto,
  nodeLabel,
  stringAttribute,
  type Window,
  windowOf,
} from '@driftloop/onnx';
import { type GradientContext, inputOf, outputOf } from './rule.ts';

/** A window's geometry with every spatial size as a number. */
export interface Geometry extends Window {
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/**
 * Geometry of a Conv or pool: what slides over `input`, giving `output`. Throws GRAPH_INVALID when
 * spatial sizes are not known.
 */
export function geometryOf({ builder, node }: GradientContext, kernel?: readonly number[]): Geometry {
  const input = spatialDims(builder.dims(inputOf(node, 0)), nodeLabel(node));
  const output = spatialDims(builder.dims(outputOf(node)), nodeLabel(node));
  const size = kernel ?? intsAttribute(node, 'kernel_shape') ?? [];
  return { ...windowOf(node, input, size), input, output };
}

export function spatialDims(dims: readonly (number | string)[], where: string): number[] {
  return dims.slice(2).map((dim) => {
    if (typeof dim === 'number') return dim;
    throw new DriftloopError(
      'GRAPH_INVALID',
      `node ${where}: spatial sizes must be known to differentiate it, not [${dims}]`,
    );
  });
}

/** Whether the windows of a pool lie side by side and cover its input exactly. */
export function hasDisjointWindows(node: NodeProto, dims: readonly (number | string)[]): boolean {
  const kernel = intsAttribute(node, 'kernel_shape') ?? [];
  const strides = intsAttribute(node, 'strides') ?? kernel.map(() => 1);
  const isDilated = (intsAttribute(node, 'dilations') ?? []).some((dilation) => dilation !== 1);
  const padded =
    stringAttribute(node, 'auto_pad', 'NOTSET').startsWith('SAME') ||
    (intsAttribute(node, 'pads') ?? []).some(Boolean);
  return (
    !padded &&
    !isDilated &&
    kernel.every((size, axis) => {
      const extent = dims[axis + 2];
      return size === strides[axis] && typeof extent === 'number' && extent % size === 0;
    })
  );
}

/** How far the window reaches along an axis, with its dilation. */
export function reachOf(window: Window, axis: number): number {
  return ((window.kernel[axis] ?? 1) - 1) * (window.dilations[axis] ?? 1) + 1;
}

/**
 * Attributes of the ConvTranspose that leads from a window's outputs back to its inputs. What the
 * last window did not reach becomes output padding; what it reached beyond the end becomes padding.
 */
export function transposedAttributes(geometry: Geometry): Record<string, number[]> {
  const { strides, dilations, padsBegin, input, output } = geometry;
  const beyond = input.map(
    (size, axis) =>
      ((output[axis] ?? 1) - 1) * (strides[axis] ?? 1) +
      reachOf(geometry, axis) -
      (padsBegin[axis] ?? 0) -
      size,
  );
  return {
    strides: [...strides],
    dilations: [...dilations],
    pads: [...padsBegin, ...beyond.map((excess) => Math.max(0, excess))],
    output_padding: beyond.map((excess) => Math.max(0, -excess)),
  };
}
