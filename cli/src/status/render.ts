import { renderTable, renderTime } from '../output/table.ts';
import type { Look } from './look.ts';
import { lagOf, type Part } from './part.ts';

/** Everything that was seen, as tables and sentences. */
export function renderLook({ parts, letters }: Look, todo: readonly string[]): string {
  const served = parts.flatMap(({ name, pid, serves = {} }) =>
    Object.entries(serves).map(([model, { live, serving, canary, shadows }]) => [
      model,
      `${name} (${pid})`,
      serving ?? 'none',
      live,
      canary,
      shadows.join(', '),
    ]),
  );
  return [
    renderTable(
      ['part', 'state', 'pid', 'restarts', 'behind', 'url', 'log'],
      parts.map((part) => [part.name, part.state, part.pid, part.restarts, behind(part), part.url, part.log]),
    ),
    ...(served.length === 0
      ? []
      : [renderTable(['model', 'process', 'answers with', 'live', 'canary', 'shadow'], served)]),
    ...parts.flatMap((part) => (part.reason === undefined ? [] : [lastEnd(part)])),
    ...(letters === undefined ? [] : [letterLine(letters)]),
    ...(todo.length === 0 ? ['Everything works; nothing to do.'] : todo.map((line) => `→ ${line}`)),
  ].join('\n');
}

function behind(part: Part): string {
  const lag = lagOf(part);
  if (lag === undefined) return '';
  const seconds = lag.ms === null || lag.rows === 0 ? '' : `, ${(lag.ms / 1_000).toFixed(1)} s`;
  return `${lag.rows}${seconds}`;
}

function lastEnd({ name, restarts = 0, lastEndAt = 0, reason = '', state }: Part): string {
  const often = restarts === 1 ? 'once' : `${restarts} times`;
  const then = state === 'given up' ? 'and is not started again' : `started again ${often}`;
  return `${name}: ${reason} (${renderTime(lastEndAt)}; ${then})`;
}

function letterLine(letters: NonNullable<Look['letters']>): string {
  const of = (state: string) =>
    letters.filter((count) => count.state === state).reduce((sum, count) => sum + count.letters, 0);
  return `Dead letters: ${of('open')} open, ${of('resent')} sent again, ${of('discarded')} discarded.`;
}
