import type { ReplayMemory } from '../memory/replay-memory.ts';
import type { StrategyContext } from '../steps/strategy-context.ts';
import { readTensors, writeTensors } from './tensors.ts';

type Tensors = ReadonlyMap<string, Float32Array>;

/**
 * What strategies share that hold parameters in place by a quadratic penalty, λ/2 · Σ importance ·
 * (θ - anchor)²: they differ in how importance is measured and how it accumulates.
 */
export interface Consolidation {
  /** What earlier runs found important; empty before the first. */
  readonly importance: Tensors;
  readonly anchor: Tensors;
}

/**
 * Reads a strategy's anchors from the memory and sets the penalty by them. An importance is cut off
 * where one step of gradient descent would go past the anchor (learning rate × scale × importance
 * above 1): more than that makes parameters swing and diverge.
 */
export function loadConsolidation(
  name: string,
  context: StrategyContext,
  penaltyScale: number,
): Consolidation {
  const { memory, runner, learningRate } = context;
  const most = 1 / Math.max(Number.MIN_VALUE, learningRate * penaltyScale);
  const importance = readTensors(memory.state, `${name}/importance`);
  const anchor = readTensors(memory.state, `${name}/anchor`);
  const penalty = new Map<string, { anchor: Float32Array; importance: Float32Array }>();
  for (const [parameter, values] of importance) {
    const place = anchor.get(parameter);
    if (place === undefined) continue;
    penalty.set(parameter, { anchor: place, importance: values.map((value) => Math.min(value, most)) });
  }
  runner.setPenalty(penalty);
  return { importance, anchor };
}

/** The memory with these anchors. */
export function storeConsolidation(name: string, memory: ReplayMemory, found: Consolidation): ReplayMemory {
  const withImportance = writeTensors(memory.state, `${name}/importance`, found.importance);
  return { ...memory, state: writeTensors(withImportance, `${name}/anchor`, found.anchor) };
}

/**
 * One penalty that equals the sum of two, up to a constant: importances add, anchors average by
 * importance. So the anchors of any number of runs take the space of one.
 */
export function mergePenalties(earlier: Consolidation, now: Consolidation): Consolidation {
  const importance = new Map<string, Float32Array>();
  const anchor = new Map<string, Float32Array>();
  for (const [name, present] of now.importance) {
    const past = earlier.importance.get(name);
    const place = now.anchor.get(name)!;
    const pastPlace = earlier.anchor.get(name);
    if (past === undefined || pastPlace === undefined) {
      importance.set(name, present);
      anchor.set(name, place);
      continue;
    }
    const sum = present.map((value, i) => value + past[i]!);
    importance.set(name, sum);
    anchor.set(
      name,
      sum.map((total, i) =>
        total > 0 ? (present[i]! * place[i]! + past[i]! * pastPlace[i]!) / total : place[i]!,
      ),
    );
  }
  return { importance, anchor };
}
