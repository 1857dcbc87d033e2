import { hasClasses, selectRows } from '@driftloop/spec';
import { rowLosses } from '../bandit/sample-arms.ts';
import { labelUnit } from '../data/statistics.ts';
import type { ReplayMemory } from '../memory/replay-memory.ts';
import { createDraw } from '../steps/draw-rows.ts';
import type { StrategyContext } from '../steps/strategy-context.ts';
import { readTensors, writeTensors } from './tensors.ts';

/** A stretch of the stream that has parameters of its own. */
export interface Domain {
  /** Values of the parameters that differ by domain. */
  readonly values: ReadonlyMap<string, Float32Array>;
  /** Mean loss on its rows when it was left. */
  readonly loss: number;
}

/** Rows that a domain is recognised by, and that its loss is measured on when it is left. */
const PROBE_ROWS = 256;
/**
 * A loss below this fits whatever the domain had: nats, or for a regression a share of the labels'
 * variance.
 */
const SMALL_LOSS = 0.05;

/** The domains of earlier runs, the least recently learnt first. */
export function loadDomains(name: string, { state }: ReplayMemory): Domain[] {
  const losses = state.get(`${name}/losses`) ?? new Float32Array(0);
  return Array.from(losses, (loss, at) => ({ loss, values: readTensors(state, `${name}/domain${at}`) }));
}

/** The memory with these domains; beyond `most` the least recently learnt are forgotten. */
export function storeDomains(
  name: string,
  memory: ReplayMemory,
  domains: readonly Domain[],
  most: number,
): ReplayMemory {
  const kept = domains.slice(-most);
  let state = writeTensors(memory.state, name, new Map());
  kept.forEach(({ values }, at) => {
    state = writeTensors(state, `${name}/domain${at}`, values);
  });
  state.set(
    `${name}/losses`,
    Float32Array.from(kept, ({ loss }) => loss),
  );
  return { ...memory, state };
}

/**
 * Finds the domain whose parameters answer the new rows best, and whether they answer them about as
 * well as its own. The runner keeps that domain's values, or its own where they fit best or none is
 * known.
 *
 * @param tolerance Loss on the new rows, relative to the domain's own, up to which it is the same
 *   domain.
 */
export async function recogniseDomain(
  context: StrategyContext,
  domains: readonly Domain[],
  tolerance: number,
): Promise<Domain | undefined> {
  const { runner } = context;
  const present = await runner.values();
  let best: { domain: Domain | undefined; loss: number } = {
    domain: undefined,
    loss: await lossNow(context),
  };
  for (const domain of domains) {
    runner.setValues(domain.values);
    const loss = await lossNow(context);
    // The parameters in use are mostly those of a domain too: of equal ones the domain is meant.
    if (loss <= best.loss) best = { domain, loss };
  }
  runner.setValues(present);
  const { domain, loss } = best;
  if (domain === undefined) return undefined;
  runner.setValues(domain.values);
  const unit = hasClasses(context.spec.task) ? 1 : labelUnit(context.data);
  return loss <= Math.max(SMALL_LOSS * unit, tolerance * domain.loss) ? domain : undefined;
}

/** Mean loss on some of the new rows with the parameters as they are. */
export async function lossNow({ runner, data, spec, random }: StrategyContext): Promise<number> {
  const probe = selectRows(data, createDraw(data.rows, random.fork('probe'))(PROBE_ROWS));
  const logits = await runner.logits(probe.features, probe.rows);
  const losses = rowLosses(logits, probe, runner.outputWidth, !hasClasses(spec.task));
  return losses.reduce((sum, loss) => sum + loss, 0) / Math.max(1, losses.length);
}
