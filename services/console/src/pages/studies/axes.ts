import { figure } from '../../parts/number-text.ts';
import type { Study, StudyRun } from '../../queries/studies.ts';

/** A parameter or a number of a study, and where on its axis a run lies. */
export interface Axis {
  readonly name: string;
  /** Words at its lower and upper end. */
  readonly ends: readonly [string, string];
  /** From 0 to 1; undefined for a run that has none. */
  at(run: StudyRun): number | undefined;
}

/**
 * The axis of a parameter or a number: numbers between the least and the most, anything else in the
 * order of its names. Pure.
 */
export function axisOf(name: string, runs: readonly StudyRun[]): Axis {
  const valueIn = ({ values, metrics }: StudyRun) => metrics[name] ?? values[name] ?? undefined;
  const found = runs.map(valueIn).filter((value) => value !== undefined);
  const numbers = found.filter((value) => typeof value === 'number');
  if (numbers.length === found.length && numbers.length > 0) {
    const [least, most] = numbers.reduce(
      ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
    const at = (run: StudyRun) => {
      const value = valueIn(run);
      if (typeof value !== 'number') return undefined;
      // All the same lies in the middle.
      return most === least ? 0.5 : (value - least) / (most - least);
    };
    return { name, ends: [figure(name, least), figure(name, most)], at };
  }
  const names = [...new Set(found.map(String))].sort();
  const at = (run: StudyRun) => {
    const value = valueIn(run);
    if (value === undefined) return undefined;
    return names.length < 2 ? 0.5 : names.indexOf(String(value)) / (names.length - 1);
  };
  return { name, ends: [names[0] ?? '', names.at(-1) ?? ''], at };
}

/**
 * Names of parameters, and of what is wanted low or high; of a study without such all numbers.
 * Pure.
 */
export function namesOf({ rows, objectives }: Pick<Study, 'rows' | 'objectives'>): {
  readonly parameters: readonly string[];
  readonly numbers: readonly string[];
} {
  const parameters = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const wanted = objectives.map(({ of }) => of);
  const measured = [...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics)))];
  return { parameters, numbers: wanted.length > 0 ? wanted : measured };
}

/** What is wanted, in a sentence's end. Pure. */
export function wantedText(objectives: Study['objectives']): string {
  return objectives.map(({ of, wanted }) => `${of} as ${wanted} as can be`).join(', ');
}

/** A value of a run, for a table. Pure. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'number' ? figure('', value) : String(value);
}
