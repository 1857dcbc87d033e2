import { ByteReader } from './byte-reader.ts';
import { decompress } from './decompress.ts';
import { RawRecord } from './raw-record.ts';
import { readTrace } from './trace-header.ts';

/** A transaction that was aborted: records of the producer from this offset on do not count. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

const BATCH_OVERHEAD_BYTES = 12;
const COMPRESSION = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/**
 * Reads the record batches of one partition from a fetch response.
 *
 * A batch that was cut off at the end is left for the next fetch. Records below `from` (the broker
 * sends whole batches), control records and records of aborted transactions are left out.
 *
 * @param from offset that was asked for
 * @returns the records in order, and the offset to go on from
 * @throws RangeError if the bytes are not record batches of format 2
 */
export function readRecordSet(
  set: Buffer,
  from: number,
  aborted: readonly AbortedTransaction[] = [],
): { records: RawRecord[]; nextOffset: number } {
  const records: RawRecord[] = [];
  const abortedNow = new Set<number>();
  const pending = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  let nextOffset = from;
  let at = 0;
  while (at + BATCH_OVERHEAD_BYTES <= set.length) {
    const size = BATCH_OVERHEAD_BYTES + set.readInt32BE(at + 8);
    if (at + size > set.length) break;
    const reader = new ByteReader(set, at, at + size);
    const batch = readHeader(reader);
    while (pending[0] && pending[0].firstOffset <= batch.lastOffset)
      abortedNow.add(pending.shift()!.producerId);
    if (batch.attributes & CONTROL) {
      // The marker that ends a transaction; whatever the producer writes next is a new one.
      abortedNow.delete(batch.producerId);
    } else if (!(batch.attributes & TRANSACTIONAL && abortedNow.has(batch.producerId))) {
      readRecords(reader, batch, from, records);
    }
    nextOffset = Math.max(nextOffset, batch.lastOffset + 1);
    at += size;
  }
  return { records, nextOffset };
}

/** Where to fetch on after a record set, without reading its records. */
export function endOfRecordSet(set: Buffer, from: number): number {
  let next = from;
  for (let at = 0; at + BATCH_OVERHEAD_BYTES <= set.length; ) {
    const size = BATCH_OVERHEAD_BYTES + set.readInt32BE(at + 8);
    if (at + size > set.length) break;
    next = Math.max(next, readHeader(new ByteReader(set, at, at + size)).lastOffset + 1);
    at += size;
  }
  return next;
}

interface BatchHeader {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly attributes: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: number;
  readonly count: number;
}

function readHeader(reader: ByteReader): BatchHeader {
  const baseOffset = reader.int64();
  reader.int32(); // length
  reader.int32(); // leader epoch
  const magic = reader.int8();
  if (magic !== 2) {
    throw new RangeError(
      `record batch at offset ${baseOffset} has format ${magic}; formats before 2 (Kafka 0.11) are not read`,
    );
  }
  reader.int32(); // CRC: TCP and the broker have checked it
  const attributes = reader.int16();
  const lastOffset = baseOffset + reader.int32();
  const baseTimestamp = reader.int64();
  const maxTimestamp = reader.int64();
  const producerId = reader.int64();
  reader.int16(); // producer epoch
  reader.int32(); // base sequence
  return {
    baseOffset,
    lastOffset,
    attributes,
    baseTimestamp,
    maxTimestamp,
    producerId,
    count: reader.int32(),
  };
}

function readRecords(reader: ByteReader, batch: BatchHeader, from: number, into: RawRecord[]): void {
  const codec = batch.attributes & COMPRESSION;
  const body = codec === 0 ? reader : new ByteReader(decompress(codec, reader.bytes(reader.end - reader.at)));
  for (let i = 0; i < batch.count; i++) {
    const end = body.varint() + body.at;
    body.int8(); // attributes, unused
    const timestamp =
      batch.attributes & LOG_APPEND_TIME ? batch.maxTimestamp : batch.baseTimestamp + body.varlong();
    if (batch.attributes & LOG_APPEND_TIME) body.varlong();
    const offset = batch.baseOffset + body.varint();
    const keyLength = body.varint();
    const keyAt = body.skip(keyLength);
    const valueLength = body.varint();
    const valueAt = body.skip(valueLength);
    if (offset >= from) {
      // Most have no headers.
      const trace = body.buffer[body.at] === 0 ? undefined : readTrace(body);
      into.push(new RawRecord(offset, timestamp, body.buffer, keyAt, keyLength, valueAt, valueLength, trace));
    }
    body.at = end;
  }
}
