import { create } from '@bufbuild/protobuf';
import { copyModel } from './copy.ts';
import { type ModelProto, StringStringEntryProtoSchema } from './generated/onnx_pb.js';

/** What a model says of itself under a key of metadata_props; undefined when nothing. */
export function metadataOf(model: ModelProto, key: string): string | undefined {
  return model.metadataProps.find((entry) => entry.key === key)?.value;
}

/** A model that says something of itself; what it said under the key before is replaced. */
export function withMetadata(model: ModelProto, key: string, value: string): ModelProto {
  const others = model.metadataProps.filter((entry) => entry.key !== key);
  return copyModel(model, {
    metadataProps: [...others, create(StringStringEntryProtoSchema, { key, value })],
  });
}
