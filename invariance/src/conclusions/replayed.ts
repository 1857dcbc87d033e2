import type { Connections } from '@driftloop/connections';
import { backtest } from '@driftloop/replay';
import type { ModelSpec } from '@driftloop/schemas';
import { type Conclusions, comparable } from './conclusions.ts';
import type { Row } from './row.ts';

/**
 * What the whole log of every model comes to in one go, with unchanged settings, as `driftloop
 * backtest` finds it.
 */
export async function replayed(
  connections: Connections,
  specs: readonly Pick<ModelSpec, 'model'>[],
): Promise<Conclusions['topics']> {
  const signals: Row[] = [];
  const verdicts: Row[] = [];
  const commands: Row[] = [];
  for (const { model } of specs) {
    const result = await backtest(connections, { model, from: 0, to: 8.64e15 });
    signals.push(...result.signals.map((row) => comparable({ ...row })));
    verdicts.push(...result.verdicts.map((row) => ({ ...row })));
    commands.push(...result.commands.map((row) => ({ ...row })));
  }
  return { 'drift.signals': signals, 'drift.verdicts': verdicts, 'retrain.commands': commands };
}
