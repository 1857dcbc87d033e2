import { DriftloopError } from '@driftloop/errors';
import { SCHEMAS, type TopicName, type TopicRecords } from '@driftloop/schemas';
import type { Type } from 'avsc';
import type { RawRecord } from '../protocol/raw-record.ts';
import { avroType } from './avro-type.ts';
import { keyTextOf, NotTextError, requireText } from './text-type.ts';

/** Confluent's wire format: a zero byte, the schema id as big-endian int32, then Avro binary. */
const MAGIC = 0;
const HEADER_BYTES = 5;
const CHUNK_BYTES = 256 * 1024;

/** Where ids and schemas come from: the registry. */
export interface SchemaSource {
  /** The id of a topic's own schema. */
  own(topic: TopicName): Promise<number>;
  /** The schema of an id that was seen on a topic. */
  type(id: number, topic: TopicName): Promise<Type>;
}

/** A key and a value as bytes, one after the other within a larger buffer. */
export interface EncodedRecord {
  readonly bytes: Buffer;
  readonly keyAt: number;
  readonly keyLength: number;
  readonly valueAt: number;
  readonly valueLength: number;
}

/** Turns values of one schema into records of ours, or says why it cannot. */
type Read = (body: Buffer) => unknown;

/** Writes and reads the values of every topic. */
export class Codec {
  readonly ids: SchemaSource;
  readonly #types = new Map<TopicName, Type>();
  readonly #readers = new Map<TopicName, Map<number, Read | DriftloopError>>();
  #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #used = 0;

  constructor(ids: SchemaSource) {
    this.ids = ids;
  }

  /**
   * Writes a key and a value into memory that is used for no other record.
   *
   * @param schemaId as `ids.own(topic)` gave it
   * @throws DriftloopError RECORD_INVALID naming the field that does not fit the schema
   */
  encode<T extends TopicName>(
    topic: T,
    key: string,
    value: TopicRecords[T],
    schemaId: number,
  ): EncodedRecord {
    const type = this.#type(topic);
    const keyLength = Buffer.byteLength(key);
    try {
      requireText(key, 'the key');
      let end = type.encode(value, this.#chunk, this.#used + keyLength + HEADER_BYTES);
      if (end < 0) {
        // A negative result is how many bytes were missing.
        const needed = this.#chunk.length - this.#used - end;
        this.#chunk = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, needed));
        this.#used = 0;
        end = type.encode(value, this.#chunk, keyLength + HEADER_BYTES);
      }
      const bytes = this.#chunk;
      const keyAt = this.#used;
      const valueAt = keyAt + keyLength;
      this.#used = end;
      bytes.write(key, keyAt, keyLength);
      bytes[valueAt] = MAGIC;
      bytes.writeInt32BE(schemaId, valueAt + 1);
      return { bytes, keyAt, keyLength, valueAt, valueLength: end - valueAt };
    } catch (cause) {
      throw invalidRecord(topic, type, value, cause);
    }
  }

  /**
   * Gets ready to read values: asks the registry about schema ids that were not seen before.
   * Records that cannot be read are found by `decode`.
   *
   * @throws DriftloopError REGISTRY_UNAVAILABLE (retriable)
   */
  async prepare(topic: TopicName, records: readonly RawRecord[]): Promise<void> {
    const readers = this.#readersOf(topic);
    const seen = new Set<number>();
    let last = -1;
    for (const record of records) {
      if (!hasHeader(record)) continue;
      const id = record.bytes.readInt32BE(record.valueAt + 1);
      if (id === last || seen.has(id)) continue;
      last = id;
      seen.add(id);
      const known = readers.get(id);
      if (typeof known !== 'function') readers.set(id, await this.#reader(topic, id));
    }
  }

  /**
   * Reads one value. `prepare` must have seen it.
   *
   * @throws DriftloopError RECORD_NOT_AVRO, RECORD_NOT_UTF8, RECORD_UNKNOWN_SCHEMA,
   *   SCHEMA_INCOMPATIBLE
   */
  decode<T extends TopicName>(topic: T, record: RawRecord): TopicRecords[T] {
    const { bytes, valueAt, valueLength } = record;
    if (!hasHeader(record)) {
      throw valueLength < 0
        ? notAvro('it has no value (a tombstone); nothing on this topic is deleted by key')
        : notAvro('it does not begin with a zero byte and a schema id');
    }
    const read = this.#readersOf(topic).get(bytes.readInt32BE(valueAt + 1));
    if (typeof read !== 'function') throw read ?? new Error(`decode of ${topic} without prepare`);
    try {
      // The reader builds exactly what the topic's schema says, and the record types are generated
      // from it.
      return read(bytes.subarray(valueAt + HEADER_BYTES, valueAt + valueLength)) as TopicRecords[T];
    } catch (cause) {
      if (cause instanceof NotTextError) throw notUtf8(cause);
      throw notAvro(
        `its body does not match its schema (${cause instanceof Error ? cause.message : cause})`,
        cause,
      );
    }
  }

  /**
   * Reads the key of a record; empty where there is none.
   *
   * @throws DriftloopError RECORD_NOT_UTF8
   */
  key(record: RawRecord): string {
    try {
      return keyTextOf(record);
    } catch (cause) {
      throw cause instanceof NotTextError ? notUtf8(cause) : cause;
    }
  }

  async #reader(topic: TopicName, id: number): Promise<Read | DriftloopError> {
    try {
      const own = this.#type(topic);
      const writer = await this.ids.type(id, topic);
      if (sameLayout(own, writer)) return (body) => own.fromBuffer(body);
      const resolver = resolve(topic, own, id, writer);
      return (body) => own.fromBuffer(body, resolver);
    } catch (error) {
      if (error instanceof DriftloopError && !error.retriable) return error;
      throw error;
    }
  }

  #type(topic: TopicName): Type {
    let type = this.#types.get(topic);
    if (!type) {
      type = avroType(SCHEMAS[topic]);
      this.#types.set(topic, type);
    }
    return type;
  }

  #readersOf(topic: TopicName): Map<number, Read | DriftloopError> {
    let readers = this.#readers.get(topic);
    if (!readers) {
      readers = new Map();
      this.#readers.set(topic, readers);
    }
    return readers;
  }
}

function hasHeader({ bytes, valueAt, valueLength }: RawRecord): boolean {
  return valueLength >= HEADER_BYTES && bytes[valueAt] === MAGIC;
}

/** Canonical forms differ in nothing that is on the wire, nor in names. */
function sameLayout(own: Type, writer: Type): boolean {
  return own.fingerprint().equals(writer.fingerprint());
}

function resolve(topic: TopicName, own: Type, id: number, writer: Type): ReturnType<Type['createResolver']> {
  try {
    return own.createResolver(writer, { ignoreNamespaces: true });
  } catch (cause) {
    throw new DriftloopError(
      'SCHEMA_INCOMPATIBLE',
      `Schema id ${id} cannot be read as ${topic}: ${cause instanceof Error ? cause.message : cause}. ` +
        'Produce with the schema of the topic, or with one that only adds fields.',
      { cause },
    );
  }
}

function notAvro(what: string, cause?: unknown): DriftloopError {
  return new DriftloopError(
    'RECORD_NOT_AVRO',
    `The record cannot be read: ${what}. Produce Avro in Confluent wire format.`,
    { cause },
  );
}

function notUtf8(cause: NotTextError): DriftloopError {
  return new DriftloopError(
    'RECORD_NOT_UTF8',
    `The record cannot be told from others: ${cause.message}. Ids and all other text must be UTF-8.`,
    { cause },
  );
}

function invalidRecord(topic: TopicName, type: Type, value: unknown, cause: unknown): DriftloopError {
  const wrong: string[] = [];
  type.isValid(value, { errorHook: (path) => wrong.push(path.join('.') || '(the record itself)') });
  const where = wrong.length > 0 ? `wrong in ${wrong.join(', ')}` : String(cause);
  return new DriftloopError('RECORD_INVALID', `A record for ${topic} does not fit its schema: ${where}.`, {
    cause,
  });
}
