import type { LetterCount } from '@driftloop/warehouse';
import type { Look } from './look.ts';
import { lagOf, type Part } from './part.ts';

/** Behind by so much log time is worth a look, ms. */
const LONG_LAG_MS = 30_000;
/** What others wait for comes first. */
const BENEATH = ['kafka', 'registry', 'clickhouse'];

/**
 * What a person should do next, the most urgent first; empty where nothing is to be done. Pure.
 *
 * @param command how the program is called, with the data folder where it is not the usual one
 */
export function whatToDo(
  { dataDir, parts, letters = [] }: Look,
  command: (text: string) => string,
): string[] {
  if (parts.every(({ state }) => state === 'stopped'))
    return [`Nothing is up in ${dataDir}: ${command('up')}`];
  const broken = parts.filter(({ state }) => state !== 'ready');
  const beneath = broken.filter(({ name }) => BENEATH.includes(name));
  return [
    ...beneath.map((part) => about(part, command)),
    ...broken.filter((part) => !beneath.includes(part)).map((part) => about(part, command)),
    ...parts.flatMap(({ name, without = [] }) => without.map((what) => `${name} works, but: ${what}`)),
    ...parts.flatMap((part) => staleVersions(part, command)),
    ...parts.flatMap((part) => lagging(part, command)),
    ...openLetters(letters, command),
  ];
}

function about({ name, state, why, url, log }: Part, command: (text: string) => string): string {
  // It is somebody else's, and named by the environment.
  if (BENEATH.includes(name) && log === undefined && url !== undefined)
    return `${name} is not reached at ${url}: start it, or correct the address`;
  const logs = command(`logs ${name} --since 10m`);
  switch (state) {
    case 'given up':
      return `${name} ended again and again and is not started any more: read ${logs}, mend it, then ${command('up')}`;
    case 'stopped':
      return name === 'supervisor'
        ? `Nobody starts again what ends: ${command('up')} starts a new supervisor`
        : `${name} is not running. It is started again while the supervisor runs; why it ended: ${logs}`;
    default:
      return `${name} does not do its work yet${why === undefined ? '' : `: ${why.replace(/\.$/, '')}`}. More: ${logs}`;
  }
}

function staleVersions({ name, pid, serves = {} }: Part, command: (text: string) => string): string[] {
  return Object.entries(serves).flatMap(([model, { live, serving, failed }]) => {
    if (live === null || live === serving) return [];
    const failure = failed[String(live)];
    const why = failure === undefined ? 'it is being loaded' : failure.reason.replace(/\.$/, '');
    const now = serving === null ? 'with nothing' : `with version ${serving}`;
    return [
      `${name} (${pid}) answers '${model}' ${now} and not with version ${live}, which is live: ${why}. See ${command(`models --model ${model}`)}`,
    ];
  });
}

function lagging(part: Part, command: (text: string) => string): string[] {
  const lag = lagOf(part);
  if (lag === undefined || lag.ms === null || lag.ms < LONG_LAG_MS) return [];
  return [
    `${part.name} is ${lag.rows} records and ${Math.round(lag.ms / 1_000)} s behind: if that grows, ${command(`logs ${part.name} --level warn`)}; else it catches up`,
  ];
}

function openLetters(letters: readonly LetterCount[], command: (text: string) => string): string[] {
  const open = letters.filter(({ state }) => state === 'open');
  const stuck = letters.filter(({ state }) => state === 'resending');
  const total = (some: readonly LetterCount[]) => some.reduce((sum, one) => sum + one.letters, 0);
  const by = Map.groupBy(open, ({ code }) => code);
  const codes = [...by].map(([code, some]) => `${total(some)} ${code}`).join(', ');
  return [
    ...(open.length === 0
      ? []
      : [
          `${total(open)} dead letters are open (${codes}): ${command('dead-letters list')}, then mend and resend, or discard`,
        ]),
    ...(stuck.length === 0
      ? []
      : [
          `${total(stuck)} dead letters were about to be sent again by someone who was ended: ${command('dead-letters list --state resending')}, and resend them`,
        ]),
  ];
}
