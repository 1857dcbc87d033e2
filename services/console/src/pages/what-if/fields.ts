import type { Overrides, Setting } from '../../queries/what-if.ts';

/**
 * What a person has put into a form, by path: of a flag whether it is set, of names those that are
 * chosen, of limits a text by metric, of anything else its text.
 */
export type Draft = Readonly<Record<string, Entry>>;
export type Entry = boolean | string | readonly string[] | Readonly<Record<string, string>>;

/** What a field shows for a value. Pure. */
export function entryOf(kind: Setting['kind'], value: unknown): Entry {
  switch (kind) {
    case 'flag':
      return value === true;
    case 'names':
      return Array.isArray(value) ? value.map(String) : [];
    case 'versions':
      return Array.isArray(value) ? value.join(', ') : '';
    case 'limits':
      return Array.isArray(value)
        ? Object.fromEntries(value.map(({ metric, value: limit }) => [String(metric), String(limit)]))
        : {};
    default:
      return String(value ?? '');
  }
}

/**
 * The value that a field means. What is no number stays a text, so that the gateway says what is
 * wrong with it. Pure.
 */
function valueIn(kind: Setting['kind'], entry: Entry): unknown {
  switch (kind) {
    case 'whole':
    case 'number':
      return numberOf(String(entry));
    case 'versions':
      return String(entry)
        .split(/[\s,]+/)
        .filter((part) => part !== '')
        .map(numberOf);
    case 'limits':
      return Object.entries(entry)
        .filter(([, text]) => text.trim() !== '')
        .map(([metric, text]) => ({ metric, value: numberOf(text) }));
    default:
      return entry;
  }
}

function numberOf(text: string): number | string {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}

/** The values that are other than the spec's, by path. Pure. */
export function overridesOf(settings: readonly Setting[], draft: Draft): Overrides {
  return Object.fromEntries(
    settings.flatMap(({ path, kind, value }) => {
      const entry = draft[path];
      if (entry === undefined) return [];
      const given = valueIn(kind, entry);
      // As a field would have it: a list of limits has no order that matters.
      const was = valueIn(kind, entryOf(kind, value));
      return JSON.stringify(given) === JSON.stringify(was) ? [] : [[path, given]];
    }),
  );
}

/** The form as a link left it. Pure. */
export function draftOf(settings: readonly Setting[], overrides: Overrides): Draft {
  return Object.fromEntries(
    settings
      .filter(({ path }) => Object.hasOwn(overrides, path))
      .map(({ path, kind }) => [path, entryOf(kind, overrides[path])]),
  );
}

/** What a setting is called: its name in the spec, as words. Pure. */
export function labelOf(path: string): string {
  const name = path.split('.').at(-1) ?? path;
  const words = name
    .replace(/Ms$/, '')
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${name.endsWith('Ms') ? ' (ms)' : ''}`;
}

/** Values that are asked for in a sentence's end: `minSamples 200`. Pure. */
export function overridesText(overrides: Overrides): string {
  const parts = Object.entries(overrides).map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
  return parts.length === 0 ? 'the spec as it is' : parts.join(', ');
}
