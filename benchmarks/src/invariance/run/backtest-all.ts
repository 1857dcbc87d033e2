import type { Connections } from '@driftloop/connections';
import type { Row } from '@driftloop/invariance';
import { type Conclusions, comparable } from '@driftloop/invariance';
import { backtest } from '@driftloop/replay';
import type { ModelSpec } from '@driftloop/schemas';

/**
 * Backtests the whole history of every model with unchanged settings, as `driftloop backtest` does.
 */
export async function backtestAll(
  connections: Connections,
  specs: readonly ModelSpec[],
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
