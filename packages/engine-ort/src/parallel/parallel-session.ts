import type { EngineSession, EngineState, EngineTensor, LoadOptions, RunOptions } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import type { InferenceSession } from 'onnxruntime-node';
import { firstLine, runFailure } from '../failure.ts';
import { HostState } from '../host-state.ts';
import type { OrtSession } from '../ort-session.ts';
import { type PartThread, partThreads } from './thread.ts';

type Feeds = Readonly<Record<string, EngineTensor>>;

let sessionsSoFar = 0;

/**
 * A session that runs on several feeds at once: the first on the thread of its caller, the others
 * on threads with sessions of their own.
 */
export class ParallelSession implements EngineSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly #first: OrtSession;
  readonly #threads: readonly PartThread[];
  readonly #id: number;
  readonly #updates: readonly (readonly [entry: string, output: string])[];
  readonly #fetches: readonly string[];

  private constructor(first: OrtSession, threads: readonly PartThread[], id: number, load: LoadOptions) {
    this.#first = first;
    this.#threads = threads;
    this.#id = id;
    this.inputs = first.inputs;
    this.outputs = first.outputs;
    this.#updates = Object.entries(load.updates ?? {});
    const updated = new Set(this.#updates.map(([, output]) => output));
    this.#fetches = first.outputs.filter((name) => !updated.has(name));
  }

  /** @param options of `first`'s session; those of the others are the same */
  static async load(
    first: OrtSession,
    model: Uint8Array,
    options: InferenceSession.SessionOptions,
    load: LoadOptions & { readonly parts: number },
  ): Promise<ParallelSession> {
    const id = sessionsSoFar++;
    const threads = partThreads(load.parts - 1);
    const session = new ParallelSession(first, threads, id, load);
    try {
      await Promise.all(threads.map((thread) => thread.ask({ kind: 'load', session: id, model, options })));
    } catch (cause) {
      await session.release();
      if (cause instanceof DriftloopError) throw cause;
      throw new DriftloopError(
        'TRAINING_FAILED',
        `a training thread cannot load the graph: ${firstLine(cause)}`,
        { cause },
      );
    }
    return session;
  }

  run(feeds: Feeds, options?: RunOptions): Promise<Record<string, EngineTensor>> {
    return this.#first.run(feeds, options);
  }

  async runParts(
    feeds: readonly Feeds[],
    { state }: RunOptions & { readonly state: EngineState },
  ): Promise<Record<string, EngineTensor>[]> {
    const [own = {}, ...others] = feeds;
    if (!(state instanceof HostState) || others.length > this.#threads.length) {
      throw new DriftloopError(
        'GRAPH_INVALID',
        `this session runs at most ${this.#threads.length + 1} parts, on state of its own engine`,
      );
    }
    const read = this.inputs.filter((name) => own[name] === undefined && state.has(name));
    const updated = this.#updates.map(([entry]) => entry);
    // Everything is placed before anything runs: placing may make the memory larger.
    const sources = state.share(read);
    const parts = others.map((_, i) => state.shareOfPart(updated, i));
    const memory = state.sharedMemory;
    const running = others.map((part, i) =>
      this.#threads[i]?.ask({
        kind: 'run',
        session: this.#id,
        feeds: mapValues(part, ownCopy),
        memory,
        state: sources,
        targets: (parts[i] ?? []).map((place, k) => ({ ...place, name: this.#updates[k]?.[1] ?? '' })),
        fetches: this.#fetches,
      }),
    );
    // All end before any failure is told: what is tried next must not overlap with them.
    const results = await Promise.allSettled([this.#first.run(own, { state }), ...running]);
    const outputs = results.map((result) => {
      if (result.status === 'fulfilled') return { ...result.value };
      throw result.reason instanceof DriftloopError ? result.reason : runFailure(result.reason);
    });
    state.addParts(updated, others.length);
    return outputs;
  }

  async release(): Promise<void> {
    await Promise.all(
      this.#threads.map((thread) => thread.ask({ kind: 'release', session: this.#id }).catch(() => {})),
    );
    await this.#first.release();
  }
}

/** A view would carry all of the memory that it looks at to the other thread. */
function ownCopy(tensor: EngineTensor): EngineTensor {
  return tensor.type === 'float32'
    ? { ...tensor, data: tensor.data.slice() }
    : { ...tensor, data: tensor.data.slice() };
}

function mapValues(feeds: Feeds, change: (tensor: EngineTensor) => EngineTensor): Feeds {
  return Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, change(tensor)]));
}
