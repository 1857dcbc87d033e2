import type { EngineState } from '../engine.ts';
import type { Parameter } from '../forward/forward-graph.ts';
import { type StateKind, stateName } from '../step/names.ts';
import type { StepRunner } from './step-runner.ts';

/**
 * What an engine keeps of each parameter: its value, and what gradients and optimizer make of it.
 */
export interface ParameterState {
  /** Sets a kind to zero, as far as the engine keeps it. */
  clear(kind: StateKind): void;
  /** Replaces values by parameter. @param kind left out for the parameters themselves */
  writeAll(kind: StateKind | undefined, values: ReadonlyMap<string, Float32Array>): void;
  /** Copies by parameter. @param kind left out for the parameters themselves */
  readAll(kind?: StateKind): Promise<Map<string, Float32Array>>;
  /** Copies of all that a step goes on from, by name. */
  snapshot(): Promise<Map<string, Float32Array>>;
  /** Goes back to a snapshot, as far as the engine keeps what is in it. */
  restore(tensors: ReadonlyMap<string, Float32Array>): void;
}

export function createParameterState(state: EngineState, parameters: readonly Parameter[]): ParameterState {
  /** Gradients are computed anew by every step, so that snapshots leave them out. */
  const passing = new Set(parameters.map(({ name }) => stateName('gradient', name)));
  return {
    clear(kind) {
      for (const { name, initial } of parameters) {
        if (state.names.includes(stateName(kind, name)))
          state.write(stateName(kind, name), new Float32Array(initial.length));
      }
    },
    writeAll(kind, values) {
      for (const [name, data] of values) state.write(kind ? stateName(kind, name) : name, data);
    },
    async readAll(kind) {
      const values = new Map<string, Float32Array>();
      for (const { name } of parameters)
        values.set(name, await state.read(kind ? stateName(kind, name) : name));
      return values;
    },
    async snapshot() {
      const tensors = new Map<string, Float32Array>();
      for (const name of state.names) if (!passing.has(name)) tensors.set(name, await state.read(name));
      return tensors;
    },
    restore(tensors) {
      for (const [name, data] of tensors) if (state.names.includes(name)) state.write(name, data);
    },
  };
}

/** What a runner lets others read and write of its parameters. */
export function accessTo(
  values: ParameterState,
): Pick<
  StepRunner,
  'values' | 'setValues' | 'setPenalty' | 'setMasks' | 'pathIntegrals' | 'resetPathIntegrals'
> {
  return {
    values: () => values.readAll(),
    setValues: (given) => values.writeAll(undefined, given),
    setPenalty(penalty) {
      values.writeAll('anchor', new Map([...penalty].map(([name, { anchor }]) => [name, anchor])));
      values.writeAll(
        'importance',
        new Map([...penalty].map(([name, { importance }]) => [name, importance])),
      );
    },
    setMasks: (masks) => values.writeAll('mask', masks),
    pathIntegrals: () => values.readAll('path_integral'),
    resetPathIntegrals: () => values.clear('path_integral'),
  };
}
