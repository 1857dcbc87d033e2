import type { NodeProto } from '@driftloop/onnx';

/** What lowering a node may need to know of the file. */
export interface FileContext {
  readonly opset: number;
  readonly output: string;
  readonly producers: ReadonlyMap<string, NodeProto>;
  readonly changes: Set<string>;
}
