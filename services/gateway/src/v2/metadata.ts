import type { ModelEntry } from '@driftloop/registry';
import { comesByName, numbersOf } from '@driftloop/spec';
import type { Datatype } from './datatypes.ts';
import { outputHeads } from './output-tensors.ts';
import { servedVersions } from './served-versions.ts';

/** What a model takes and answers, in the protocol's words. */
export interface ModelMetadata {
  readonly name: string;
  /** Versions that answer. */
  readonly versions: string[];
  readonly platform: string;
  readonly inputs: TensorMetadata[];
  readonly outputs: TensorMetadata[];
}

interface TensorMetadata {
  readonly name: string;
  readonly datatype: Datatype;
  /** -1 is any number of rows. */
  readonly shape: number[];
}

/** What the server is. */
export const SERVER_METADATA = {
  name: 'driftloop',
  version: '0.1.0',
  extensions: ['binary_tensor_data'],
} as const;

/** What a model takes, feature by feature, and answers. */
export function metadataOf({ spec, state }: ModelEntry): ModelMetadata {
  return {
    name: spec.model,
    versions: servedVersions({ state }).map(String),
    platform: 'onnxruntime_onnx',
    inputs: spec.features.map((feature) => ({
      name: feature.name,
      datatype: comesByName(feature) ? 'BYTES' : 'FP32',
      shape: [-1, numbersOf(feature)],
    })),
    outputs: outputHeads(spec).map(({ name, datatype, shape }) => ({ name, datatype, shape: [...shape] })),
  };
}
