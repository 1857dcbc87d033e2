import { topicConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';

/** Settings of the inference service, by the names of their environment variables. */
export const configSchema = Type.Object({
  ...topicConfig,
  INFERENCE_WORKERS: Type.Integer({
    default: 8,
    minimum: 1,
    maximum: 1024,
    description: 'Most processes that run models; as long as there are fewer versions, each has its own.',
  }),
  INFERENCE_THREADS: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 256,
    description: 'Threads of ONNX Runtime within one operator; more help only large models.',
  }),
  INFERENCE_RUN_ROWS: Type.Integer({
    default: 1024,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Most rows per call of ONNX Runtime; bounds the memory for intermediate results.',
  }),
  INFERENCE_ROW_CPU_MS: Type.Integer({
    default: 500,
    minimum: 10,
    maximum: 60_000,
    description:
      'CPU time that one row may take in ONNX Runtime, ms; what takes more is a dead letter. Not the clock: a busy machine makes no request fail.',
  }),
  INFERENCE_RUN_MEMORY_MB: Type.Integer({
    default: 1024,
    minimum: 16,
    description:
      'MiB by which a call of ONNX Runtime may grow its process; what takes more is a dead letter.',
  }),
  INFERENCE_MODELS_MB: Type.Integer({
    default: 0,
    minimum: 0,
    description:
      'MiB of ONNX files that are loaded at the same time: models are loaded when requests come for them, and the least recently used ones leave. 0 loads all, and keeps them.',
  }),
  INFERENCE_WAIT_MS: Type.Integer({
    default: 30_000,
    minimum: 0,
    description: 'How long requests wait for the first version of a model that is being loaded.',
  }),
});

export type Config = Readonly<Static<typeof configSchema>>;
