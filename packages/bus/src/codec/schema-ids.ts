import { DriftloopError } from '@driftloop/errors';
import { SCHEMAS, type TopicName } from '@driftloop/schemas';
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import type { Type } from 'avsc';
import { avroType } from './avro-type.ts';
import type { SchemaSource } from './codec.ts';

/** How long an id that the registry did not know is not asked for again. */
const UNKNOWN_FOR_MS = 30_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Services that may set a subject's rule at the same moment. */
const MOST_RACES = 5;

/**
 * The schema registry as bus sees it: ids of our own schemas, and schemas of ids that others wrote with.
 * Each id is asked for once; ids that are not known are remembered for 30 s.
 */
export class SchemaIds implements SchemaSource {
  readonly #registry: SchemaRegistry;
  readonly #url: string;
  readonly #prefix: string;
  readonly #own = new Map<TopicName, Promise<number>>();
  readonly #types = new Map<number, Promise<Type>>();
  readonly #unknownUntil = new Map<number, number>();

  constructor(url: string, topicPrefix: string) {
    this.#url = url;
    this.#prefix = topicPrefix;
    this.#registry = new SchemaRegistry({ host: url.replace(/\/+$/, ''), retry: { retries: 0 } });
  }

  /**
   * The id of a topic's schema, registered under `<topic>-value` with BACKWARD compatibility if it is not yet.
   *
   * @throws DriftloopError SCHEMA_INCOMPATIBLE, REGISTRY_UNAVAILABLE (retriable)
   */
  own(topic: TopicName): Promise<number> {
    return remember(this.#own, topic, () => this.#register(topic));
  }

  /**
   * The schema that has this id.
   *
   * @param topic on which the id was seen: its own schema must be known first, or a wrong registry address would make
   *   every id unknown
   * @throws DriftloopError RECORD_UNKNOWN_SCHEMA, SCHEMA_INCOMPATIBLE (not Avro), REGISTRY_UNAVAILABLE (retriable)
   */
  async type(id: number, topic: TopicName): Promise<Type> {
    await this.own(topic);
    if (Date.now() < (this.#unknownUntil.get(id) ?? 0)) throw unknownSchema(id);
    return remember(this.#types, id, () => this.#find(id));
  }

  async #find(id: number): Promise<Type> {
    let schema: string;
    try {
      schema = JSON.stringify(await this.#within(this.#registry.getSchema(id)));
    } catch (error) {
      if (statusOf(error) !== 404) throw this.#unavailable(`look up schema id ${id}`, error);
      this.#unknownUntil.set(id, Date.now() + UNKNOWN_FOR_MS);
      throw unknownSchema(id);
    }
    try {
      return avroType(schema);
    } catch (cause) {
      const message = `Schema id ${id} is not an Avro schema. Produce with the schema of the topic.`;
      throw new DriftloopError('SCHEMA_INCOMPATIBLE', message, { cause });
    }
  }

  async #register(topic: TopicName, attempt = 1): Promise<number> {
    const subject = `${this.#prefix}${topic}-value`;
    try {
      const { id } = await this.#within(
        this.#registry.register(
          { type: SchemaType.AVRO, schema: SCHEMAS[topic] },
          { subject, compatibility: COMPATIBILITY.BACKWARD },
        ),
      );
      return id;
    } catch (error) {
      // The client sets the subject's rule first; of several services that start at once only one can.
      if (isRace(error) && attempt < MOST_RACES) return this.#register(topic, attempt + 1);
      const incompatible =
        statusOf(error) === 409 ||
        statusOf(error) === 422 ||
        (error instanceof Error && error.name === 'ConfluentSchemaRegistryCompatibilityError');
      if (!incompatible) throw this.#unavailable(`register the schema of ${subject}`, error);
      throw new DriftloopError(
        'SCHEMA_INCOMPATIBLE',
        `The registry refuses the schema of ${subject}: ${messageOf(error)}. ` +
          'Schemas must stay BACKWARD compatible: add fields with defaults only, or use another TOPIC_PREFIX.',
        { cause: error },
      );
    }
  }

  /** The registry client has no time limit of its own. */
  async #within<T>(request: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer in ${REQUEST_TIMEOUT_MS} ms`)),
        REQUEST_TIMEOUT_MS,
      );
    });
    try {
      return await Promise.race([request, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #unavailable(doing: string, cause: unknown): DriftloopError {
    const message = `Cannot ${doing} at ${this.#url}: ${messageOf(cause)}. Check SCHEMA_REGISTRY_URL and the registry.`;
    return new DriftloopError('REGISTRY_UNAVAILABLE', message, { retriable: true, cause });
  }
}

/** One request per key; a failed one is forgotten, so that the next caller tries again. */
function remember<K, V>(cache: Map<K, Promise<V>>, key: K, request: () => Promise<V>): Promise<V> {
  const known = cache.get(key);
  if (known) return known;
  const asked = request();
  cache.set(key, asked);
  asked.catch(() => cache.delete(key));
  return asked;
}

function unknownSchema(id: number): DriftloopError {
  return new DriftloopError(
    'RECORD_UNKNOWN_SCHEMA',
    `Schema id ${id} is not in the registry. Register the schema under <topic>-value and produce with the id it gets.`,
  );
}

/** The client reports a failed connection as status 400, so only exact codes mean something. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Apicurio's answer to the second of two clients that set a subject's compatibility at the same moment. */
function isRace(error: unknown): boolean {
  return statusOf(error) === 409 && /rule .* already exists/i.test(messageOf(error));
}
