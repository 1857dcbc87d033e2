import {
  type ClosedThrough,
  checkSignals,
  compareRows,
  compareTables,
  compareTopics,
  type expectedRows,
  isSame,
  type RowDifferences,
} from '@driftloop/invariance';
import type { ModelSpec } from '@driftloop/schemas';
import { ANSWER_ROWS, ANSWER_ROWS_BY_ID, type History, LETTER_ROWS } from './history.ts';

/** What the log must have led to, by itself and by the run that nothing disturbed. */
export interface Expected {
  readonly specs: readonly ModelSpec[];
  readonly rows: ReturnType<typeof expectedRows>;
  readonly closed: ClosedThrough;
  /** Of the undisturbed run; absent in that run itself. */
  readonly undisturbed?: History;
}

/** What can be the same about two runs. */
export type Aspect =
  /** Every row is in the window that it belongs to, by the log itself. */
  | 'windows'
  /** Each request has its one answer. */
  | 'answers'
  /** The same, wherever the request lies: one that came twice is answered twice, and alike. */
  | 'answers by id'
  /** What could not be handled. */
  | 'letters'
  /** Signals, verdicts and commands on their topics, in every column. */
  | 'conclusions'
  /** The same in ClickHouse, and all requests and labels. */
  | 'tables';

const ALL_ASPECTS: readonly Aspect[] = ['windows', 'answers', 'letters', 'conclusions', 'tables'];

/** How a history differs from what it must be, in words; empty when it does not. */
export function differencesOf(
  expected: Expected,
  history: History,
  aspects: readonly Aspect[] = ALL_ASPECTS,
): string[] {
  return aspects.flatMap((aspect) =>
    aspect === 'windows' ? wrongWindows(expected, history) : unlike(aspect, expected, history),
  );
}

function wrongWindows({ specs, rows, closed }: Expected, { conclusions }: History): string[] {
  const checks = checkSignals(specs, rows, closed, conclusions.topics['drift.signals']);
  return [...checks].flatMap(([name, { lost, repeated, unexpected, examples }]) =>
    lost + repeated + unexpected === 0
      ? []
      : `windows of ${name}: ${lost} rows lost, ${repeated} repeated, ${unexpected} unexpected; ${examples.join('; ')}`,
  );
}

function unlike(
  aspect: Exclude<Aspect, 'windows'>,
  { undisturbed, closed }: Expected,
  { answers, letters, conclusions, stored }: History,
): string[] {
  if (!undisturbed) return [];
  switch (aspect) {
    case 'answers':
      return told('answers', compareRows(undisturbed.answers, answers, ANSWER_ROWS, always));
    case 'answers by id':
      return told('answers', compareRows(undisturbed.answers, answers, ANSWER_ROWS_BY_ID, always));
    case 'letters':
      return told('dead letters', compareRows(undisturbed.letters, letters, LETTER_ROWS, always));
    case 'conclusions':
      return [...compareTopics(undisturbed.conclusions.topics, conclusions.topics, closed)].flatMap(
        ([topic, differences]) => told(topic, differences),
      );
    case 'tables':
      return [
        ...[...compareTables(undisturbed.conclusions.tables, conclusions.tables, closed)].flatMap(
          ([topic, differences]) => told(`${topic} in ClickHouse`, differences),
        ),
        ...Object.entries(undisturbed.stored).flatMap(([topic, count]) =>
          stored[topic] === count ? [] : `${topic} in ClickHouse: ${stored[topic]} records of ${count}`,
        ),
      ];
  }
}

const always = () => true;

function told(about: string, differences: RowDifferences): string[] {
  return isSame(differences) ? [] : [`${about}: ${inWords(differences)}`];
}

function inWords({ lost, unexpected, contradicting, differing, examples }: RowDifferences): string {
  const counts = Object.entries({ lost, unexpected, contradicting, differing }).filter(([, n]) => n > 0);
  return `${counts.map(([what, n]) => `${n} ${what}`).join(', ')}; ${examples.join('; ')}`;
}
