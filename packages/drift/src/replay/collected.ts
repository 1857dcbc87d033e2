import type { Concluded } from '../history/history.ts';

/** What is concluded, as it comes together. */
export type Collected = { readonly [Kind in 'signals' | 'verdicts' | 'commands']: Concluded[Kind][number][] };

export function nothing(): Collected {
  return { signals: [], verdicts: [], commands: [] };
}

export function collect(into: Collected, { signals, verdicts, commands }: Concluded): Collected {
  for (const signal of signals) into.signals.push(signal);
  for (const verdict of verdicts) into.verdicts.push(verdict);
  for (const command of commands) into.commands.push(command);
  return into;
}
