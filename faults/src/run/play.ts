import type { Scenario } from '../scenarios/scenario.ts';
import { openStage, type Stage } from '../stage/stage.ts';
import { prepareMaterial } from './material.ts';
import { type Outcome, perform } from './perform.ts';

/** How scenarios are played. */
export interface PlayOptions {
  readonly seed: number;
  /** Requests of the log. */
  readonly rows: number;
  /** Scenarios at the same time, where they leave the parts in peace. */
  readonly sideBySide: number;
  /** Ends all of it: nothing is left behind. */
  readonly signal?: AbortSignal;
  onOutcome?(outcome: Outcome): void;
}

/**
 * Plays scenarios on one stage; those that disturb its parts one after another, when nobody else is
 * on it.
 */
export async function play(scenarios: readonly Scenario[], options: PlayOptions): Promise<Outcome[]> {
  const stage = await openStage({ hasDisks: scenarios.some(({ needsMounts }) => needsMounts) });
  try {
    return await Promise.race([playOn(stage, scenarios, options), aborted(options.signal)]);
  } finally {
    await stage.close();
  }
}

async function playOn(
  stage: Stage,
  scenarios: readonly Scenario[],
  options: PlayOptions,
): Promise<Outcome[]> {
  const material = await prepareMaterial(stage, { ...options, nowMs: Date.now() });
  const outcomes: Outcome[] = [];
  const waiting = scenarios.map((scenario, index) => ({ scenario, place: `f${index}` }));
  const next = async ({ scenario, place }: (typeof waiting)[number]) => {
    const isPossible = !scenario.needsMounts || stage.diskOf('kafka') !== undefined;
    const outcome = isPossible
      ? await perform(stage, place, scenario, material)
      : { name: scenario.name, seconds: 0, problems: [], skipped: 'only root may mount small disks' };
    outcomes.push(outcome);
    options.onOutcome?.(outcome);
  };
  const shared = waiting.filter(({ scenario }) => !scenario.alone);
  await Promise.all(
    Array.from({ length: options.sideBySide }, async () => {
      for (let each = shared.shift(); each; each = shared.shift()) await next(each);
    }),
  );
  for (const each of waiting) if (each.scenario.alone) await next(each);
  return outcomes;
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
