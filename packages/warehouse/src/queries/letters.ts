import type { TopicName } from '@driftloop/schemas';
import { boundedTime } from '../time.ts';
import type { Warehouse } from '../warehouse.ts';

/** Which dead letters; what is left out holds for all. */
export interface LetterFilter {
  readonly topic?: string;
  /** Of the request or the label, where the record could be read. */
  readonly model?: string;
  /** Of one of these. */
  readonly models?: readonly string[];
  readonly code?: string;
  /** open, resending, resent or discarded. */
  readonly state?: string;
  /** Given up from then on, epoch ms. */
  readonly since?: number;
  /** Those that come after this one in the list, newest first. */
  readonly after?: Pick<StoredLetter, 'at' | 'topic' | 'partition' | 'offset'>;
  /** Where their records were. */
  readonly places?: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
  }[];
}

/** A record that could not be handled, however often it was written to dead.letters. */
export interface StoredLetter {
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: number;
  readonly code: string;
  readonly reason: string;
  /** Who gave up. */
  readonly service: string;
  /** When, epoch ms. */
  readonly at: number;
  /** Empty where the record could not be read, or is no request and no label. */
  readonly model: string;
  readonly requestId: string;
  readonly state: 'open' | 'resending' | 'resent' | 'discarded';
  /** Empty while nobody has decided anything. */
  readonly decidedBy: string;
  readonly decidedBecause: string;
  /** Epoch ms. */
  readonly decidedAt: number | null;
  /** Whether another record was sent than the one that came. */
  readonly mended: boolean;
}

/** The same with the bytes of its record; null for none, or where they were too many to be kept. */
export interface LetterWithBytes extends StoredLetter {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

const COLUMNS = `topic, partition, offset, code, reason, service, toUnixTimestamp64Milli(at) AS at, model, request_id AS requestId,
  state, decided_by AS decidedBy, decided_because AS decidedBecause, mended,
  if(decided_at IS NULL, NULL, toUnixTimestamp64Milli(assumeNotNull(decided_at))) AS decidedAt`;

/**
 * Dead letters with what became of them, newest first.
 *
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE
 */
export function letters(
  { query, database }: Pick<Warehouse, 'query' | 'database'>,
  filter: LetterFilter,
  limit: number,
): Promise<StoredLetter[]> {
  const { where, params } = conditions(filter);
  return query<StoredLetter>(
    `SELECT ${COLUMNS} FROM ${database}.letters AS letter WHERE ${where}
     ORDER BY letter.at DESC, topic, partition, offset DESC LIMIT {limit:UInt32}`,
    { ...params, limit },
  );
}

/** The same with their bytes, in the order in which their records came. */
export async function lettersWithBytes(
  { query, database }: Pick<Warehouse, 'query' | 'database'>,
  filter: LetterFilter,
  limit: number,
): Promise<LetterWithBytes[]> {
  const { where, params } = conditions(filter);
  const rows = await query<StoredLetter & { keyHex: string | null; valueHex: string | null }>(
    `SELECT ${COLUMNS}, hex(key) AS keyHex, hex(value) AS valueHex FROM ${database}.letters AS letter WHERE ${where}
     ORDER BY topic, partition, offset LIMIT {limit:UInt32}`,
    { ...params, limit },
  );
  return rows.map(({ keyHex, valueHex, ...letter }) => ({
    ...letter,
    key: keyHex === null ? null : Buffer.from(keyHex, 'hex'),
    value: valueHex === null ? null : Buffer.from(valueHex, 'hex'),
  }));
}

/** How many bytes the records of dead letters have, of those that are there, in no order. */
export function letterSizes(
  { query, database }: Pick<Warehouse, 'query' | 'database'>,
  places: NonNullable<LetterFilter['places']>,
): Promise<(Pick<StoredLetter, 'topic' | 'partition' | 'offset'> & { readonly bytes: number })[]> {
  const { where, params } = conditions({ places });
  return query(
    `SELECT topic, partition, offset, ifNull(length(key), 0) + ifNull(length(value), 0) AS bytes
     FROM ${database}.letters AS letter WHERE ${where}`,
    params,
  );
}

/** How many dead letters there are. */
export interface LetterCount {
  readonly topic: string;
  readonly code: string;
  readonly state: StoredLetter['state'];
  readonly letters: number;
}

/**
 * Dead letters by topic, code and what became of them.
 *
 * @param models of these only; default all, also of none
 */
export function letterCounts(
  { query, database }: Pick<Warehouse, 'query' | 'database'>,
  models?: readonly string[],
): Promise<LetterCount[]> {
  const from = models === undefined ? 'letter_states' : 'letters WHERE model IN {models:Array(String)}';
  return query<LetterCount>(
    `SELECT topic, code, state, count() AS letters FROM ${database}.${from} GROUP BY topic, code, state
     ORDER BY letters DESC, topic, code, state`,
    models === undefined ? {} : { models },
  );
}

function conditions({ topic, model, models, code, state, since, after, places }: LetterFilter): {
  where: string;
  params: Record<string, unknown>;
} {
  const parts = [
    ...(topic === undefined ? [] : ['topic = {topic:String}']),
    ...(model === undefined ? [] : ['model = {model:String}']),
    ...(models === undefined ? [] : ['model IN {models:Array(String)}']),
    ...(code === undefined ? [] : ['code = {code:String}']),
    ...(state === undefined ? [] : ['state = {state:String}']),
    ...(since === undefined ? [] : [`letter.at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`]),
    ...(after === undefined
      ? []
      : [
          `(-toUnixTimestamp64Milli(letter.at), topic, partition, -toInt64(offset)) > ({afterAt:Int64}, {afterTopic:String}, {afterPartition:UInt32}, {afterOffset:Int64})`,
        ]),
    ...(places === undefined
      ? []
      : [
          `(topic, partition, offset) IN (SELECT arrayJoin(arrayZip({topics:Array(String)}, {partitions:Array(UInt32)}, {offsets:Array(UInt64)})))`,
        ]),
  ];
  return {
    where: parts.length === 0 ? '1' : parts.join(' AND '),
    params: {
      ...(topic === undefined ? {} : { topic }),
      ...(model === undefined ? {} : { model }),
      ...(models === undefined ? {} : { models }),
      ...(code === undefined ? {} : { code }),
      ...(state === undefined ? {} : { state }),
      ...(since === undefined ? {} : { since: boundedTime(since) }),
      ...(after === undefined
        ? {}
        : {
            afterAt: -after.at,
            afterTopic: after.topic,
            afterPartition: after.partition,
            afterOffset: -after.offset,
          }),
      ...(places === undefined
        ? {}
        : {
            topics: places.map((place) => place.topic),
            partitions: places.map((place) => place.partition),
            offsets: places.map((place) => place.offset),
          }),
    },
  };
}
