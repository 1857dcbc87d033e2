import type { Cause, DriftVerdict } from '@driftloop/schemas';
import { renderTime } from './table.ts';

const ADVICE: Readonly<Record<Cause['advice'], string>> = {
  retrain: 'train a new version',
  restore: 'bring a version back',
  mend_source: 'mend the source; rows of these windows are not trained on',
  wait_for_labels: 'wait for labels, which show whether answers suffer',
};

/**
 * Of verdicts one after another that name the same first cause in the same columns the newest,
 * which knows most; those that name none are left out.
 */
export function episodesOf(verdicts: readonly DriftVerdict[]): DriftVerdict[] {
  const keyOf = ({ causes: [first] = [] }: DriftVerdict): string =>
    first ? JSON.stringify([first.kind, first.columns]) : '';
  return verdicts.filter((verdict, i) => {
    const next = verdicts[i + 1];
    return keyOf(verdict) !== '' && (next === undefined || keyOf(next) !== keyOf(verdict));
  });
}

/**
 * What is behind a verdict, in lines: each cause with where it sits, since when, and what to do.
 */
export function causeLines(verdict: DriftVerdict): string[] {
  const { causes = [], state, version, windowStart, windowEnd } = verdict;
  const head = `${state}: version ${version}, window ${renderTime(windowStart)} to ${renderTime(windowEnd)}`;
  return [head, ...causes.flatMap((cause) => linesOf(cause)), ...sinceLines(verdict)];
}

function linesOf({ kind, weight, text, segment, columns, advice }: Cause): string[] {
  const sure = weight < 1 ? ` (${Math.round(100 * weight)} %)` : '';
  return [
    `  ${kind}${sure}: ${text}`,
    ...(segment === '' ? [] : [`    where: ${segment}`]),
    ...(columns.length === 0 ? [] : [`    columns: ${columns.join(', ')}`]),
    `    what to do: ${ADVICE[advice] ?? advice}`,
  ];
}

function sinceLines({ changePoint, changePointFrom, changePointTo }: DriftVerdict): string[] {
  if (changePoint === null) return [];
  const between =
    changePointFrom === null || changePointTo === null
      ? ''
      : `, between ${renderTime(changePointFrom)} and ${renderTime(changePointTo)}`;
  return [`  since about ${renderTime(changePoint)}${between}`];
}
