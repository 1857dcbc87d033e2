import { readSqlFiles, statements } from '../sql-files.ts';
import { isStoredTopic, type StoredTopic } from '../tables.ts';

/** How a topic's records become rows. */
export interface IngestDefinition {
  /** The record's fields with their ClickHouse types. */
  readonly fields: string;
  /**
   * The query that turns fields and Kafka's columns (`_partition`, `_offset`, …) into the columns
   * of the stored table.
   */
  select(source: string): string;
}

/** One file per topic. */
const FOLDER = new URL('../../ingest/', import.meta.url);

/**
 * Columns that say where a row came from; rows that could not be decoded carry the error and their
 * bytes.
 */
const POSITION = `_partition AS kafka_partition,
  _offset AS kafka_offset,
  ifNull(_timestamp_ms, now64(3, 'UTC')) AS kafka_timestamp,
  _error AS error,
  _raw_message AS raw`;

/** Tells rows that could not be decoded apart, where the key is made of the record's fields. */
const UNDECODED = `if(_error = '', '', concat(toString(_partition), '/', toString(_offset))) AS undecoded`;

/** Reads how every stored topic is taken in. */
export async function readDefinitions(): Promise<Map<StoredTopic, IngestDefinition>> {
  const definitions = new Map<StoredTopic, IngestDefinition>();
  for (const { name, text } of await readSqlFiles(FOLDER)) {
    if (!isStoredTopic(name)) throw new Error(`ingest/${name}.sql is not named after a stored topic.`);
    const parts = (source: string) => statements(text, { source, position: POSITION, undecoded: UNDECODED });
    definitions.set(name, {
      fields: (parts('')[0] ?? '').replace(/^--.*$/gm, '').trim(),
      select: (source) => parts(source)[1] ?? '',
    });
  }
  return definitions;
}
