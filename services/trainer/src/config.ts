import { commonConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';
import type { EngineSettings } from './run/engine.ts';

export const configSchema = Type.Object({
  ...commonConfig,
  TRAINER_ENGINE: Type.Union([Type.Literal('ort'), Type.Literal('tfjs')], {
    default: 'ort',
    description:
      'What runs the training steps: ort (ONNX Runtime) or tfjs (TensorFlow.js, an optional package: docs/gpu.md).',
  }),
  TRAINER_DEVICE: Type.Union([Type.Literal('cpu'), Type.Literal('webgpu'), Type.Literal('cuda')], {
    default: 'cpu',
    description: 'Where the training steps run.',
  }),
  TRAINER_THREADS: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 256,
    description: 'Threads of the training process.',
  }),
  TRAINER_NICE: Type.Integer({
    default: 10,
    minimum: 0,
    maximum: 19,
    description: 'How far the training process gives way to others, 19 most.',
  }),
  TRAINER_CGROUP: Type.String({
    default: '',
    description:
      'Folder of a cgroup v2 for the training process, which must be writable: it gets a tenth of the usual CPU weight, and TRAINER_PROCESS_MB as its memory limit. Empty for TRAINER_NICE alone.',
  }),
  TRAINER_MAX_MEMORY_MB: Type.Integer({
    default: 0,
    minimum: 0,
    description:
      'Megabytes that a training step may take on its device; larger batches go through in parts. 0 for no limit.',
  }),
  TRAINER_PROCESS_MB: Type.Integer({
    default: 0,
    minimum: 0,
    description:
      'MiB of memory that the training process may hold; a run that takes more is rejected. 0 for no limit.',
  }),
  TRAINER_YIELD_LAG: Type.Integer({
    default: 20_000,
    minimum: 0,
    description:
      'Training rests while more requests than this wait for their answers, until half as many do; 0 for never.',
  }),
  TRAINER_YIELD_P99_MS: Type.Integer({
    default: 0,
    minimum: 0,
    description:
      'Training rests while answers take longer than this at the 99th percentile, ms from their requests, until they take half as long; 0 for no limit.',
  }),
  TRAINER_YIELD_MS: Type.Integer({
    default: 60_000,
    minimum: 1_000,
    description: 'Longest rest in a row, ms; training then goes on for as long before it rests again.',
  }),
  TRAINER_CHECKPOINTS: Type.String({
    default: '',
    description:
      'Folder in which a killed run finds its finished fits; empty for one in the temporary folder of the system.',
  }),
  TRAINER_DATA_TIMEOUT_MS: Type.Integer({
    default: 60_000,
    minimum: 100,
    description: 'How long to wait until ClickHouse holds the labels that a command names.',
  }),
});

/** Settings of the trainer. */
export type Config = Readonly<Static<typeof configSchema>>;

/** The engine that the settings name. */
export function engineSettings(config: Config): EngineSettings {
  return {
    kind: config.TRAINER_ENGINE,
    device: config.TRAINER_DEVICE,
    threads: config.TRAINER_THREADS,
    maxMemoryMb: config.TRAINER_MAX_MEMORY_MB || undefined,
  };
}
