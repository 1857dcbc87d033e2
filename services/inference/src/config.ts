import { commonConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';

/** Inference needs no ClickHouse. */
const { CLICKHOUSE_URL: _unused, ...common } = commonConfig;

/** Settings of the inference service, by the names of their environment variables. */
export const configSchema = Type.Object({
  ...common,
  INFERENCE_WORKERS: Type.Integer({
    default: 2,
    minimum: 1,
    maximum: 64,
    description: 'Threads that run models; with two, loading a version does not hold up the one it replaces.',
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
  INFERENCE_WAIT_MS: Type.Integer({
    default: 30_000,
    minimum: 0,
    description: 'How long requests wait for the first version of a model that is being loaded.',
  }),
});

export type Config = Readonly<Static<typeof configSchema>>;
