import { createAttribute, stringAttribute } from '../attribute.ts';
import { copyNode } from '../copy.ts';
import type { NodeProto } from '../generated/onnx_pb.js';

/** A locale that every Linux has, images of containers too; its letters are those of all others. */
const LOCALE = 'C.UTF-8';

/**
 * Nodes whose letters are made small in a locale that is there where the model is served. A file
 * that names none is loaded with en_US.UTF-8 alone, which machines without a screen mostly lack.
 */
export function withTextLocale(nodes: readonly NodeProto[]): {
  readonly nodes: readonly NodeProto[];
  readonly changes: readonly string[];
} {
  const isOpen = (node: NodeProto) =>
    node.opType === 'StringNormalizer' && stringAttribute(node, 'locale', '') === '';
  if (!nodes.some(isOpen)) return { nodes, changes: [] };
  const named = nodes.map((node) => {
    if (!isOpen(node)) return node;
    const attribute = node.attribute.filter(({ name }) => name !== 'locale');
    return copyNode(node, { attribute: [...attribute, createAttribute('locale', LOCALE)] });
  });
  return { nodes: named, changes: [`letters of texts are made small in the locale ${LOCALE}`] };
}
