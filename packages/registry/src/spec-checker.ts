/**
 * One value of a document that is being checked. Each reader notes a problem and answers a stand-in
 * when it does not fit.
 */
export interface Value {
  object(name: string): Value;
  /** The items of a list of objects. */
  objects(name: string, least: number): Value[];
  /** The same; none where there is no such list. */
  optionalObjects(name: string): Value[];
  list(name: string): Value[];
  /** A list of texts; none where it is not there. */
  texts(name: string, pattern: RegExp, meaning: string): string[];
  text(name: string, pattern: RegExp, meaning: string): string;
  /** The same; empty where it is not there, or empty. */
  optionalText(name: string, pattern: RegExp, meaning: string): string;
  oneOf<T extends string>(name: string, allowed: readonly [T, ...T[]]): T;
  flag(name: string, fallback?: boolean): boolean;
  integer(name: string, least: number, fallback?: number): number;
  number(name: string, least: number, most?: number): number;
  /** The same; null where it is not there, or null. */
  optionalNumber(name: string, least: number, most?: number): number | null;
  /** This value itself, a text. */
  self(pattern: RegExp, meaning: string): string;
  /** This value itself, a whole number. */
  selfInteger(least: number): number;
  problem(name: string, text: string): void;
}

/**
 * Reads a document of unknown shape and collects everything that is wrong with it, so that a person
 * sees all of it at once.
 *
 * @param value the document
 * @param problems is added to, one line per problem, each beginning with the path
 */
export function createChecker(value: unknown, problems: string[], path = ''): Value {
  const isObject = isPlainObject(value);
  if (!isObject && path === '') problems.push('it must be an object');
  const fields: Readonly<Record<string, unknown>> = isObject ? value : {};
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const complain = (where: string, found: unknown, expected: string) => {
    // Below a value that is itself missing or of the wrong kind there is nothing more to say.
    if (!isObject && where !== path) return;
    problems.push(
      `${where} ${found === undefined ? 'is missing' : `is ${show(found)}`}, must be ${expected}`,
    );
  };

  const textOf = (where: string, found: unknown, pattern: RegExp, meaning: string): string => {
    if (typeof found === 'string' && pattern.test(found)) return found;
    complain(where, found, meaning);
    return '';
  };
  const integerOf = (where: string, found: unknown, least: number): number => {
    if (typeof found === 'number' && Number.isSafeInteger(found) && found >= least) return found;
    complain(where, found, `a whole number of at least ${least}`);
    return least;
  };

  const numberOf = (name: string, least: number, most: number): number => {
    const found = fields[name];
    if (typeof found === 'number' && found >= least && found <= most) return found;
    const range = most === Number.MAX_VALUE ? `of at least ${least}` : `from ${least} to ${most}`;
    complain(at(name), found, `a number ${range}`);
    return least;
  };

  const objectAt = (where: string, found: unknown): Value => {
    if (!isPlainObject(found)) complain(where, found, 'an object');
    return createChecker(found, problems, where);
  };
  const listOf = (name: string, least: number): unknown[] => {
    const found = fields[name];
    if (Array.isArray(found) && found.length >= least) return found;
    complain(at(name), found, least > 0 ? `a list of at least ${least}` : 'a list');
    return [];
  };

  const objectsAt = (name: string, least: number): Value[] =>
    listOf(name, least).map((item, index) => objectAt(`${at(name)}[${index}]`, item));

  return {
    object: (name) => objectAt(at(name), fields[name]),
    objects: objectsAt,
    optionalObjects: (name) => (fields[name] === undefined ? [] : objectsAt(name, 0)),
    list: (name) =>
      listOf(name, 0).map((item, index) => createChecker(item, problems, `${at(name)}[${index}]`)),
    texts: (name, pattern, meaning) =>
      fields[name] === undefined
        ? []
        : listOf(name, 0).map((item, index) => textOf(`${at(name)}[${index}]`, item, pattern, meaning)),
    text: (name, pattern, meaning) => textOf(at(name), fields[name], pattern, meaning),
    optionalText: (name, pattern, meaning) =>
      (fields[name] ?? '') === '' ? '' : textOf(at(name), fields[name], pattern, meaning),
    oneOf(name, allowed) {
      const found = allowed.find((word) => word === fields[name]);
      if (found === undefined) complain(at(name), fields[name], `one of ${allowed.join(', ')}`);
      return found ?? allowed[0];
    },
    flag(name, fallback) {
      const found = fields[name] ?? fallback;
      if (typeof found !== 'boolean') complain(at(name), found, 'true or false');
      return found === true;
    },
    integer: (name, least, fallback) => integerOf(at(name), fields[name] ?? fallback, least),
    number: (name, least, most = Number.MAX_VALUE) => numberOf(name, least, most),
    optionalNumber: (name, least, most = Number.MAX_VALUE) =>
      (fields[name] ?? null) === null ? null : numberOf(name, least, most),
    self: (pattern, meaning) => textOf(path, value, pattern, meaning),
    selfInteger: (least) => integerOf(path, value, least),
    problem: (name, text) => problems.push(`${at(name)} ${text}`),
  };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
