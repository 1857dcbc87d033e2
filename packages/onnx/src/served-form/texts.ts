import {
  type GraphProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataType,
} from '../generated/onnx_pb.js';
import { nodesWithin } from '../subgraphs.ts';

/** How tables and encoders write a missing text, the likeliest first. */
const MISSING = ['nan', 'NaN', '', 'None', 'none', 'null', 'NA', 'N/A', '?', 'missing'];

/**
 * The texts that stand for a missing value and for one that is no category, where a file takes
 * texts: for a missing one what the file itself compares with, else the empty text; for an unknown
 * one a text that the file does not have.
 *
 * @param known what the file has, by {@link textsOf}
 */
export function substitutes(
  known: ReadonlySet<string>,
  categories: readonly string[],
): { readonly missing: string; readonly unknown: string } {
  const missing = MISSING.find((text) => known.has(text) && !categories.includes(text)) ?? '';
  let unknown = '(unknown)';
  while (known.has(unknown) || categories.includes(unknown)) unknown = `(${unknown})`;
  return { missing, unknown };
}

/** All texts in the weights and attributes of a graph. */
export function textsOf(graph: GraphProto): Set<string> {
  const decoder = new TextDecoder();
  const attributes = nodesWithin(graph).flatMap(({ attribute }: NodeProto) => attribute);
  const tensors: TensorProto[] = [...graph.initializer, ...attributes.flatMap(({ t }) => (t ? [t] : []))];
  const bytes = [
    // One that has no text of its own has the empty one.
    ...attributes.flatMap(({ s, strings }) => [...(s.length > 0 ? [s] : []), ...strings]),
    ...tensors
      .filter(({ dataType }) => dataType === TensorProto_DataType.STRING)
      .flatMap(({ stringData }) => stringData),
  ];
  return new Set(bytes.map((text) => decoder.decode(text)));
}
