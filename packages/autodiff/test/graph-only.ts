import type { Engine } from '../src/engine.ts';

/**
 * The engine without compiled kernels: every training step runs in one graph, as it does on engines
 * that have none.
 */
export function graphOnly(engine: Engine): Engine {
  return {
    ...engine,
    createState: (entries) => Object.assign(engine.createState(entries), { compile: undefined }),
  };
}
