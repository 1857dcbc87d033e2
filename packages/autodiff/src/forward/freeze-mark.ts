import { type ModelProto, metadataOf, withMetadata } from '@driftloop/onnx';

const KEY = 'driftloop.operators-without-gradient';

/**
 * Marks a model whose operators without a gradient freeze what is before them; every version of it
 * keeps the mark.
 */
export function allowFreezing(model: ModelProto): ModelProto {
  return withMetadata(model, KEY, 'freeze');
}

export function mayFreeze(model: ModelProto): boolean {
  return metadataOf(model, KEY) === 'freeze';
}
