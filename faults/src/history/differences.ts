import {
  type ClosedThrough,
  checkSignals,
  compareConclusions,
  compareRows,
  type expectedRows,
  isSame,
  type RowDifferences,
} from '@driftloop/invariance';
import type { ModelSpec } from '@driftloop/schemas';
import { ANSWER_ROWS, type History, LETTER_ROWS } from './history.ts';

/** What the log must have led to, by itself and by the run that nothing disturbed. */
export interface Expected {
  readonly specs: readonly ModelSpec[];
  readonly rows: ReturnType<typeof expectedRows>;
  readonly closed: ClosedThrough;
  /** Of the undisturbed run; absent in that run itself. */
  readonly undisturbed?: History;
}

/** How a history differs from what it must be, in words; empty when it does not. */
export function differencesOf(
  { specs, rows, closed, undisturbed }: Expected,
  history: History,
  same: 'all' | 'windows and answers' = 'all',
): string[] {
  const { conclusions, answers, letters, stored } = history;
  const problems: string[] = [];
  for (const [name, check] of checkSignals(specs, rows, closed, conclusions.topics['drift.signals'])) {
    const { lost, repeated, unexpected, examples } = check;
    if (lost + repeated + unexpected > 0)
      problems.push(
        `windows of ${name}: ${lost} rows lost, ${repeated} repeated, ${unexpected} unexpected; ${examples.join('; ')}`,
      );
  }
  if (!undisturbed) return problems;
  const tell = (about: string, differences: RowDifferences) => {
    if (!isSame(differences)) problems.push(`${about}: ${inWords(differences)}`);
  };
  const always = () => true;
  tell('answers', compareRows(undisturbed.answers, answers, ANSWER_ROWS, always));
  if (same !== 'all') return problems;
  tell('dead letters', compareRows(undisturbed.letters, letters, LETTER_ROWS, always));
  for (const [about, differences] of compareConclusions(undisturbed.conclusions, conclusions, closed))
    tell(about, differences);
  for (const [topic, count] of Object.entries(undisturbed.stored))
    if (stored[topic] !== count)
      problems.push(`${topic} in ClickHouse: ${stored[topic]} records of ${count}`);
  return problems;
}

function inWords({ lost, unexpected, contradicting, differing, examples }: RowDifferences): string {
  const counts = Object.entries({ lost, unexpected, contradicting, differing }).filter(([, n]) => n > 0);
  return `${counts.map(([what, n]) => `${n} ${what}`).join(', ')}; ${examples.join('; ')}`;
}
