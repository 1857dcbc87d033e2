import { DriftloopError } from '@driftloop/errors';
import { type EngineState, scalar } from '../engine.ts';
import type { TrainingStepGraph } from '../step/training-step-graph.ts';
import { partFeeds, rowFeeds } from './feeds.ts';
import type { LoadedGraphs } from './loaded-graphs.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { ParameterState } from './parameter-state.ts';
import { readResult, sumResults } from './read-result.ts';
import type { RowParts } from './row-parts.ts';
import type { StepResult, StepRunnerOptions, TrainingBatch } from './step-runner.ts';

/** What passes are made of. */
export interface PassParts {
  readonly options: StepRunnerOptions;
  /** How a batch that fits is passed. */
  readonly whole: 'step' | 'gradients';
  readonly first: TrainingStepGraph;
  readonly state: EngineState;
  readonly values: ParameterState;
  readonly graphs: LoadedGraphs;
  readonly memory: MemoryBudget;
  readonly parts: RowParts;
}

/**
 * How the rows of steps go through the graphs: at once, in parts on several threads, or one
 * micro-batch after the other.
 */
export interface Passes {
  /** Rows per pass, Infinity without a limit. */
  readonly microBatch: number;
  /** Megabytes that the largest pass so far held at once. */
  readonly peakMemoryMb: number;
  /** Whether a batch of so many rows fits into one pass. */
  fits(rows: number): boolean;
  /**
   * Loss, logits and, with fused updates, gradients of a batch that fits into one pass.
   * @param step counted from 1
   */
  once(batch: TrainingBatch, step: number, learningRate: number): Promise<StepResult>;
  /** Adds the gradients of a batch to the state, pass by pass. */
  accumulate(batch: TrainingBatch): Promise<StepResult>;
  /**
   * Tries again with half the rows per pass for as long as memory is short. Nothing is updated by a
   * run that fails.
   */
  fitting(batch: TrainingBatch, attempt: () => Promise<StepResult>): Promise<StepResult>;
}

export function createPasses(given: PassParts): Passes {
  const { options, whole, first, state, values, graphs, memory, parts } = given;
  let microBatch = options.microBatch ?? Number.POSITIVE_INFINITY;
  let largestPass = 0;
  let accumulated = false;
  let inParts = false;
  const passOf = (rows: number) => Math.min(microBatch, memory.rowsPerPass(rows));

  return {
    get microBatch() {
      return microBatch;
    },
    get peakMemoryMb() {
      const peak = memory.peakMb(Math.max(1, largestPass), accumulated ? 'accumulate' : whole);
      return inParts ? peak + parts.most * megabytesOf(first) : peak;
    },
    fits: (rows) => rows <= passOf(rows),
    async once(batch, step, learningRate) {
      largestPass = Math.max(largestPass, batch.rows);
      const { graph, session } = await graphs.of(whole);
      const count = parts.of(batch.rows);
      if (count > 1 && session.runParts) {
        inParts = true;
        return sumResults(await session.runParts(partFeeds(graph, batch, count), { state }));
      }
      const all = { ...feeds(graph, batch, 0, batch.rows), ...scalarFeeds(graph, step, learningRate) };
      return readResult(await session.run(all, { state }));
    },
    async accumulate(batch) {
      const { graph, session } = await graphs.of('accumulate');
      values.clear('gradient');
      const logits = new Float32Array(batch.rows * first.outputWidth);
      let loss = 0;
      let labelLoss = 0;
      const size = Math.min(passOf(batch.rows), batch.rows);
      accumulated = true;
      largestPass = Math.max(largestPass, size);
      for (let from = 0; from < batch.rows; from += size) {
        const to = Math.min(from + size, batch.rows);
        const part = readResult(await session.run(feeds(graph, batch, from, to), { state }));
        logits.set(part.logits, from * first.outputWidth);
        loss += part.loss;
        labelLoss += part.labelLoss;
      }
      return { loss, labelLoss, logits };
    },
    async fitting(batch, attempt) {
      for (;;) {
        try {
          return await attempt();
        } catch (error) {
          const rows = Math.min(passOf(batch.rows), batch.rows);
          const isShort = error instanceof DriftloopError && error.code === 'ENGINE_OUT_OF_MEMORY';
          if (!isShort || rows === 1 || options.pathIntegral) throw error;
          microBatch = Math.ceil(rows / 2);
        }
      }
    },
  };
}

/** What a graph is told beside rows. @param step counted from 1 */
export function scalarFeeds(graph: TrainingStepGraph, step: number, learningRate: number) {
  return Object.fromEntries(
    Object.entries(graph.scalars(step, learningRate)).map(([name, value]) => [name, scalar(value)]),
  );
}

/** The penalty belongs to the step, not to its rows: the first pass carries it. */
function feeds(graph: TrainingStepGraph, batch: TrainingBatch, from: number, to: number) {
  return rowFeeds(graph, batch, from, to, from === 0 ? (batch.penaltyScale ?? 0) : 0);
}

function megabytesOf({ parameters }: TrainingStepGraph): number {
  return parameters.reduce((bytes, { initial }) => bytes + initial.byteLength, 0) / 2 ** 20;
}
