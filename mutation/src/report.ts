import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';

/** How many changes were noticed, and which were not. */
export interface Score {
  /** A test failed or did not end, or a test file could not be loaded. */
  readonly killed: number;
  /**
   * Those of them whose tests were given up, and not because a line ran a hundred times as often:
   * on a busy machine they may only be slow.
   */
  readonly outOfTime: readonly MutantResult[];
  /** All that were tried; words for a person are not. */
  readonly tried: number;
  readonly survivors: readonly MutantResult[];
}

export function scoreOf(results: readonly MutantResult[]): Score {
  const tried = results.filter(({ status }) => status !== 'Ignored');
  const survivors = tried.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  const outOfTime = tried.filter(
    ({ status, statusReason }) => status === 'Timeout' && !statusReason?.startsWith('Hit limit'),
  );
  return { killed: tried.length - survivors.length, outOfTime, tried: tried.length, survivors };
}

/**
 * 'gate: 412 of 450 killed (91.6 %)', and a line for each that was not, or for which time ran out.
 * @param root of the repository
 */
export function reportText(name: string, score: Score, root: string): string {
  const { killed, outOfTime, tried, survivors } = score;
  const share = tried === 0 ? 'nothing to change' : `${((100 * killed) / tried).toFixed(1)} %`;
  return [
    `${name}: ${killed} of ${tried} killed (${share})`,
    ...survivors.map((one) => lineOf(one, root)),
    ...outOfTime.map((one) => `${lineOf(one, root)} (killed, as time ran out)`),
  ].join('\n');
}

function lineOf(
  { fileName, location, status, replacement, mutatorName }: MutantResult,
  root: string,
): string {
  const { start, end } = location;
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  if (lines.length === 1) lines[0] = lines[0]!.slice(start.column, end.column);
  else lines[0] = lines[0]!.slice(start.column);
  const place = `${relative(root, fileName)}:${start.line}:${start.column + 1}`;
  const untested = status === 'NoCoverage' ? ' (no test comes here)' : '';
  return `  ${place} ${mutatorName}: ${short(lines.join(' '))} -> ${short(replacement ?? '')}${untested}`;
}

function short(code: string): string {
  const line = code.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
