import { type Engine, predict } from '@driftloop/continual';
import type { Registry } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import { predictedOf } from '@driftloop/spec';
import type { AskedRows } from './asked-rows.ts';

/** Answer to one row. */
export interface RowAnswer {
  readonly outputs: Float32Array;
  readonly predicted: number;
}

/** What versions answer, a block of rows at a time: rows are independent of each other. */
export interface VersionsAnswers {
  /** The answer of a version, where its block has been asked for. */
  known(version: number, row: number): RowAnswer | undefined;
  /** Asks a version for the block of a row. */
  ask(version: number, row: number): Promise<void>;
}

/** Rows that a version is asked for at once. */
const BLOCK_ROWS = 4_096;

interface Block {
  readonly outputs: Float32Array;
  readonly outputWidth: number;
  readonly predicted: Float32Array;
}

export function createVersionsAnswers(
  engine: Engine,
  registry: Pick<Registry, 'artifact'>,
  { features, width, rows }: AskedRows,
  spec: ModelSpec,
): VersionsAnswers {
  const blocks = new Map<number, (Block | undefined)[]>();
  return {
    known(version, row) {
      const block = blocks.get(version)?.[Math.floor(row / BLOCK_ROWS)];
      if (!block) return undefined;
      const at = row % BLOCK_ROWS;
      const { outputWidth } = block;
      return {
        outputs: block.outputs.subarray(at * outputWidth, (at + 1) * outputWidth),
        predicted: block.predicted[at] as number,
      };
    },
    async ask(version, row) {
      const index = Math.floor(row / BLOCK_ROWS);
      const start = index * BLOCK_ROWS;
      const count = Math.min(rows - start, BLOCK_ROWS);
      const artifact = await registry.artifact(spec.model, version);
      const model = await artifact.file('model.onnx');
      const part = features.subarray(start * width, (start + count) * width);
      const { outputs, outputWidth } = await predict(engine, model, part, width);
      const predicted = predictedOf(outputs, count, outputWidth, spec.task);
      const own = blocks.get(version) ?? [];
      own[index] = { outputs, outputWidth, predicted };
      blocks.set(version, own);
    },
  };
}
