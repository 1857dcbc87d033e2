import type { EngineTensor } from '@driftloop/autodiff';
import type { InferenceSession } from 'onnxruntime-node';
import type { SharedTensor } from '../shared-tensor.ts';

/** What a thread is asked to do; it answers each with a {@link PartReply}, in order. */
export type PartOrder =
  | {
      readonly kind: 'load';
      readonly session: number;
      readonly model: Uint8Array;
      readonly options: InferenceSession.SessionOptions;
    }
  | ({ readonly kind: 'run' } & PartRun)
  | { readonly kind: 'release'; readonly session: number };

/** One run of a session that the thread has loaded. */
export interface PartRun {
  readonly session: number;
  readonly feeds: Readonly<Record<string, EngineTensor>>;
  readonly memory: SharedArrayBuffer;
  /** Inputs that are read from the memory. */
  readonly state: readonly SharedTensor[];
  /** Outputs that are written to the memory. */
  readonly targets: readonly SharedTensor[];
  /** Outputs that are returned. */
  readonly fetches: readonly string[];
}

export type PartReply =
  | { readonly outputs: Readonly<Record<string, EngineTensor>> }
  | { readonly failure: string };
