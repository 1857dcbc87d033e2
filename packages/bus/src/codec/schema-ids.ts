import { DriftloopError } from '@driftloop/errors';
import { SCHEMAS, type TopicName } from '@driftloop/schemas';
import { bareAddress, createFetch, type HttpSecurity } from '@driftloop/service';
import { COMPATIBILITY, type SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import type { Type } from 'avsc';
import { pause } from '../retry.ts';
import { avroType } from './avro-type.ts';
import type { SchemaSource } from './codec.ts';
import { registryClient } from './registry-client.ts';
import { messageOf, registryError, statusOf } from './registry-error.ts';
import {
  findSchemaId,
  listSubjects,
  type RegistryApi,
  readCompatibility,
  writeCompatibility,
} from './subjects.ts';

/** How long an id that the registry did not know is not asked for again. */
const UNKNOWN_FOR_MS = 30_000;
/** Beside other work a registry that has just started takes its time. */
const REQUEST_TIMEOUT_MS = 30_000;
const REGISTER_ATTEMPTS = 5;
/** Levels that include BACKWARD: someone's choice that may stay. */
const STRICTER = [COMPATIBILITY.BACKWARD_TRANSITIVE, COMPATIBILITY.FULL, COMPATIBILITY.FULL_TRANSITIVE];

/**
 * The schema registry as bus sees it: ids of our own schemas, and schemas of ids that others wrote
 * with. Each id is asked for once; ids that are not known are remembered for 30 s.
 */
export class SchemaIds implements SchemaSource {
  readonly #registry: SchemaRegistry;
  readonly #api: RegistryApi;
  readonly #prefix: string;
  readonly #own = new Map<TopicName, Promise<number>>();
  readonly #types = new Map<number, Promise<Type>>();
  readonly #unknownUntil = new Map<number, number>();

  /**
   * @param url of the registry, with `user:password@` where it needs them
   * @param security instead of them, and for TLS
   */
  constructor(url: string, topicPrefix: string, security: HttpSecurity = {}) {
    const address = bareAddress(url, security);
    this.#api = { url: address.url, fetch: createFetch(address.security) };
    this.#prefix = topicPrefix;
    this.#registry = registryClient(address);
  }

  /**
   * The id of a topic's schema, registered under `<topic>-value` with BACKWARD compatibility if it
   * is not yet.
   *
   * @throws DriftloopError SCHEMA_INCOMPATIBLE, REGISTRY_UNAVAILABLE (retriable)
   */
  own(topic: TopicName): Promise<number> {
    return remember(this.#own, topic, () => this.#register(topic));
  }

  /**
   * The schema that has this id.
   *
   * @param topic on which the id was seen: its own schema must be known first, or a wrong registry
   *   address would make every id unknown
   * @throws DriftloopError RECORD_UNKNOWN_SCHEMA, SCHEMA_INCOMPATIBLE (not Avro),
   *   REGISTRY_UNAVAILABLE (retriable)
   */
  async type(id: number, topic: TopicName): Promise<Type> {
    await this.own(topic);
    if (performance.now() < (this.#unknownUntil.get(id) ?? 0)) throw unknownSchema(id);
    return remember(this.#types, id, () => this.#find(id));
  }

  /** Resolves when the registry has answered a question that needs credentials. */
  async reach(): Promise<void> {
    try {
      await listSubjects(this.#api);
    } catch (error) {
      throw this.#unavailable('list subjects', error);
    }
  }

  async #find(id: number): Promise<Type> {
    let schema: string;
    try {
      schema = JSON.stringify(await within(this.#registry.getSchema(id)));
    } catch (error) {
      if (statusOf(error) !== 404) throw this.#unavailable(`look up schema id ${id}`, error);
      this.#unknownUntil.set(id, performance.now() + UNKNOWN_FOR_MS);
      throw unknownSchema(id);
    }
    try {
      return avroType(schema);
    } catch (cause) {
      const message = `Schema id ${id} is not an Avro schema. Produce with the schema of the topic.`;
      throw new DriftloopError('SCHEMA_INCOMPATIBLE', message, { cause });
    }
  }

  /** The id when the schema is registered already, as it is at every start but the first. */
  async #lookUp(topic: TopicName, subject: string): Promise<number | undefined> {
    try {
      return await findSchemaId(this.#api, subject, SCHEMAS[topic]);
    } catch (error) {
      throw this.#unavailable(`look up the schema of ${subject}`, error);
    }
  }

  /**
   * Other processes register the same schema at the same time, and the registry refuses one of two.
   */
  async #register(topic: TopicName): Promise<number> {
    const subject = `${this.#prefix}${topic}-value`;
    const known = await this.#lookUp(topic, subject);
    if (known !== undefined) return known;
    // Before the schema is there: who finds it registered asks no further, also when this process
    // ends in between.
    let compatibility = await this.#agreeOnCompatibility(subject);
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#registerAs(topic, subject, compatibility);
      } catch (error) {
        const conflict = isOtherCompatibility(error) || statusOf(error) === 409;
        if (!conflict || attempt === REGISTER_ATTEMPTS - 1) throw this.#refused(subject, error);
      }
      await pause(attempt);
      compatibility = await this.#agreeOnCompatibility(subject);
    }
  }

  /**
   * The level to register with: a stricter one that someone has chosen stays, none becomes
   * BACKWARD.
   */
  async #agreeOnCompatibility(subject: string): Promise<COMPATIBILITY> {
    try {
      const level = await readCompatibility(this.#api, subject);
      if (level === 'NONE') await writeCompatibility(this.#api, subject, COMPATIBILITY.BACKWARD);
      return STRICTER.find((stricter) => stricter === level) ?? COMPATIBILITY.BACKWARD;
    } catch {
      return COMPATIBILITY.BACKWARD; // the next attempt says what is wrong
    }
  }

  async #registerAs(topic: TopicName, subject: string, compatibility: COMPATIBILITY): Promise<number> {
    const schema = { type: SchemaType.AVRO as const, schema: SCHEMAS[topic] };
    return (await within(this.#registry.register(schema, { subject, compatibility }))).id;
  }

  #refused(subject: string, error: unknown): DriftloopError {
    const status = statusOf(error);
    if (status !== 409 && status !== 422 && !isOtherCompatibility(error)) {
      return this.#unavailable(`register the schema of ${subject}`, error);
    }
    return new DriftloopError(
      'SCHEMA_INCOMPATIBLE',
      `The registry refuses the schema of ${subject}: ${messageOf(error)}. ` +
        'Schemas must stay BACKWARD compatible: add fields with defaults only, or use another TOPIC_PREFIX.',
      { cause: error },
    );
  }

  #unavailable(doing: string, cause: unknown): DriftloopError {
    return registryError(doing, this.#api.url, cause);
  }
}

/** The registry client has no time limit of its own. */
async function within<T>(request: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${REQUEST_TIMEOUT_MS} ms`)), REQUEST_TIMEOUT_MS);
  });
  try {
    return await Promise.race([request, late]);
  } finally {
    clearTimeout(timer);
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

function isOtherCompatibility(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConfluentSchemaRegistryCompatibilityError';
}
