import { DriftloopError } from '@driftloop/errors';
import { SCHEMAS, type TopicName, type TopicRecords } from '@driftloop/schemas';
import type { LetterWithBytes } from '@driftloop/warehouse';
import { placeText } from './place.ts';

/** Topics that are written from outside, and what tells their records apart. */
const IDS = {
  'inference.requests': 'requestId',
  'inference.labels': 'requestId',
  'retrain.commands': 'commandId',
} as const satisfies Partial<{ [T in TopicName]: keyof TopicRecords[T] }>;

/** A topic whose dead letters can be sent again. */
export type ResendableTopic = keyof typeof IDS;

/** Fields of a record that a person wrote as JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether dead letters of a topic can be sent again: others are written by driftloop itself. */
export function isResendable(topic: TopicName): topic is ResendableTopic {
  return Object.hasOwn(IDS, topic);
}

/**
 * The record to be sent in place of one that could not be handled: the fields that a person gave,
 * the others as they were, or as the schema has them where they could not be read. The id stays.
 *
 * @param was the record as it came; undefined where it cannot be read
 * @throws DriftloopError REQUEST_INVALID naming the field; what does not fit the schema is found
 *   when it is sent
 */
export function mendedRecord<T extends ResendableTopic>(
  letter: Pick<LetterWithBytes, 'partition' | 'offset' | 'key'> & { readonly topic: T },
  was: TopicRecords[T] | undefined,
  given: Fields,
): { readonly key: string; readonly value: TopicRecords[T] } {
  const { topic } = letter;
  const { fields } = JSON.parse(SCHEMAS[topic]) as { fields: readonly Field[] };
  const unknown = Object.keys(given).filter((name) => fields.every((field) => field.name !== name));
  if (unknown.length > 0)
    throw refused(
      letter,
      `has no field ${unknown.join(', ')}: there are ${fields.map(({ name }) => name).join(', ')}`,
    );
  const before = (was ?? {}) as Fields;
  const value = Object.fromEntries(
    fields.flatMap((field) => {
      const { name } = field;
      const found = Object.hasOwn(given, name) ? typed(field, given[name]) : (before[name] ?? field.default);
      return found === undefined ? [] : [[name, found]];
    }),
  );
  const missing = fields.filter(({ name }) => value[name] === undefined).map(({ name }) => name);
  if (missing.length > 0)
    throw refused(letter, `could not be read, so the mended one needs ${missing.join(', ')} too`);
  const idName = IDS[topic];
  const key = Buffer.from(letter.key ?? '').toString();
  const id = String(value[idName]);
  const idBefore = was === undefined ? (idName === 'requestId' ? key : '') : String(before[idName]);
  if (idBefore !== '' && !idBefore.includes('\uFFFD') && id !== idBefore)
    throw refused(
      letter,
      `has the ${idName} '${idBefore}', which must stay: it is '${id}' in the mended one`,
    );
  // Every field was looked at above, and the producer checks their types.
  return { key: idName === 'requestId' ? id : key, value: value as unknown as TopicRecords[T] };
}

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly default?: unknown;
}

/**
 * A value as its Avro type has it: lists of floats are typed arrays. JSON has no NaN, which is a
 * missing value: null stands for it, but where the schema has null. Records, lists and maps are
 * looked into.
 */
function typed({ type }: Pick<Field, 'type'>, value: unknown): unknown {
  if (Array.isArray(type)) {
    const branches = type.filter((branch) => branch !== 'null');
    // No schema has a choice of more than null and one other.
    return value === null || branches.length !== 1 ? value : typed({ type: branches[0] }, value);
  }
  if (type === 'float' || type === 'double') return value === null ? Number.NaN : value;
  if (typeof type !== 'object' || type === null || typeof value !== 'object' || value === null) return value;
  if ('items' in type && Array.isArray(value)) {
    const items = value.map((item) => typed({ type: type.items }, item));
    return type.items === 'float' ? Float32Array.from(items, Number) : items;
  }
  const typeOf = (name: string): unknown => {
    if ('values' in type) return type.values;
    const { fields = [] } = type as { readonly fields?: readonly Field[] };
    return fields.find((field) => field.name === name)?.type;
  };
  return Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, typed({ type: typeOf(name) }, item)]),
      );
}

/** A record as JSON shows it: typed arrays as lists, a missing value as null. */
export function jsonOf(record: unknown): unknown {
  return JSON.parse(
    JSON.stringify(record, (_, value) =>
      ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value,
    ),
  );
}

function refused(
  letter: Pick<LetterWithBytes, 'topic' | 'partition' | 'offset'>,
  what: string,
): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', `The record of ${placeText(letter)} ${what}.`);
}
