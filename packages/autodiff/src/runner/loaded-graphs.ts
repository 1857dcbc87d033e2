import type { Engine, EngineSession, EngineState } from '../engine.ts';
import { buildTrainingStep } from '../step/build-training-step.ts';
import type { StepKind, TrainingStepGraph } from '../step/training-step-graph.ts';
import type { TrainingOptions } from '../training-options.ts';

/** A graph and the engine's session of it. */
export interface Loaded {
  readonly graph: TrainingStepGraph;
  readonly session: EngineSession;
}

/** The graphs of a run, each built and loaded when it is first asked for. */
export interface LoadedGraphs {
  of(kind: StepKind): Promise<Loaded>;
  release(): Promise<void>;
}

/**
 * @param first a graph that is built already
 * @param parts batches that the first graph may be run on side by side
 */
export function createLoadedGraphs(
  { engine, model, ...options }: { engine: Engine; model: Uint8Array } & TrainingOptions,
  state: EngineState,
  first: TrainingStepGraph,
  parts: number,
): LoadedGraphs {
  const loaded = new Map<StepKind, Promise<Loaded>>();
  const open = async (kind: StepKind): Promise<Loaded> => {
    const isFirst = kind === first.kind;
    const graph = isFirst ? first : buildTrainingStep(model, options, kind);
    state.ensure(graph.state);
    const { updates, inPlace } = graph;
    return {
      graph,
      session: await engine.load(graph.graph, { updates, inPlace, ...(isFirst && { parts }) }),
    };
  };
  return {
    of(kind) {
      const loading = loaded.get(kind) ?? open(kind);
      loaded.set(kind, loading);
      return loading;
    },
    async release() {
      for (const loading of loaded.values()) await (await loading).session.release();
    },
  };
}
