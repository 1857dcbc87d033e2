import { ByteReader } from './byte-reader.ts';
import { decompress } from './decompress.ts';
import { RawRecord } from './raw-record.ts';
import { UnreadableRecords } from './unreadable-records.ts';

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
 * A piece of a record set ends once this much was unpacked: a fetch of 1 MB may hold hundreds of
 * batches, and each may unpack to 128 MiB.
 */
const PIECE_BYTES = 32 * 1024 * 1024;
/** Nor has a piece more records: the smallest take seven bytes. */
const PIECE_RECORDS = 100_000;

/** What was read of a record set. */
export interface ReadPiece {
  /** In order. Batches that cannot be read are {@link UnreadableRecords}. */
  readonly records: RawRecord[];
  /** The offset to go on from. */
  readonly nextOffset: number;
  /** There is more in the set from `nextOffset` on. */
  readonly hasMore: boolean;
}

/**
 * Reads the record batches of one partition from a fetch response, or a piece of them where they
 * unpack to very much.
 *
 * A batch that was cut off at the end is left for the next fetch. Records below `from` (the broker
 * sends whole batches), control records and records of aborted transactions are left out.
 *
 * @param from offset that was asked for
 * @throws RangeError if the bytes are not record batches of format 2
 */
export function readRecordSet(
  set: Buffer,
  from: number,
  aborted: readonly AbortedTransaction[] = [],
): ReadPiece {
  const piece: Piece = { from, records: [], unpackedBytes: 0 };
  const { records } = piece;
  const abortedNow = new Set<number>();
  const pending = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  let nextOffset = from;
  let at = 0;
  while (at + BATCH_OVERHEAD_BYTES <= set.length) {
    const size = BATCH_OVERHEAD_BYTES + set.readInt32BE(at + 8);
    if (at + size > set.length) break;
    if (isFull(piece)) return { records, nextOffset, hasMore: true };
    const reader = new ByteReader(set, at, at + size);
    const batch = readHeader(reader);
    let end = batch.lastOffset + 1;
    while (pending[0] && pending[0].firstOffset <= batch.lastOffset)
      abortedNow.add(pending.shift()!.producerId);
    if (batch.attributes & CONTROL) {
      // The marker that ends a transaction; whatever the producer writes next is a new one.
      abortedNow.delete(batch.producerId);
    } else if (end > from && !(batch.attributes & TRANSACTIONAL && abortedNow.has(batch.producerId))) {
      end = readBatch(reader, batch, piece);
    }
    nextOffset = Math.max(nextOffset, end);
    if (end <= batch.lastOffset) return { records, nextOffset, hasMore: true };
    at += size;
  }
  return { records, nextOffset, hasMore: false };
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

interface Piece {
  /** Records below are left out. */
  readonly from: number;
  readonly records: RawRecord[];
  unpackedBytes: number;
}

function isFull({ records, unpackedBytes }: Piece): boolean {
  return unpackedBytes >= PIECE_BYTES || records.length >= PIECE_RECORDS;
}

/**
 * Reads a batch; whoever wrote one that cannot be read must not stop those who read the others.
 *
 * @returns the offset to go on from, within the batch where the piece is full
 */
function readBatch(reader: ByteReader, batch: BatchHeader, piece: Piece): number {
  const { records, from } = piece;
  const before = records.length;
  try {
    return readRecords(unpacked(reader, batch, piece), batch, piece);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    records.length = before;
    // To find that out may have taken as long as to unpack all that fits.
    piece.unpackedBytes = PIECE_BYTES;
    const first = Math.max(batch.baseOffset, from);
    records.push(new UnreadableRecords(first, batch.lastOffset, batch.maxTimestamp, error));
    return batch.lastOffset + 1;
  }
}

function unpacked(reader: ByteReader, { attributes }: BatchHeader, piece: Piece): ByteReader {
  const codec = attributes & COMPRESSION;
  if (codec === 0) return reader;
  const body = decompress(codec, reader.bytes(reader.end - reader.at));
  piece.unpackedBytes += body.length;
  return new ByteReader(body);
}

function readRecords(body: ByteReader, batch: BatchHeader, { from, records }: Piece): number {
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
    if (body.at > end || end > body.end) throw new RangeError('a record is longer than it says');
    if (offset >= from) {
      if (records.length >= PIECE_RECORDS) return offset;
      records.push(
        new RawRecord(offset, timestamp, body.buffer, keyAt, keyLength, valueAt, valueLength, body.at),
      );
    }
    body.at = end; // headers are read where somebody asks for them
  }
  return batch.lastOffset + 1;
}

/**
 * Headers of a record; of several with one name the last.
 *
 * @throws RangeError if the bytes are no headers
 */
export function readHeaders({ bytes, headersAt }: RawRecord): Record<string, string> {
  const headers: Record<string, string> = {};
  if (headersAt < 0) return headers;
  const reader = new ByteReader(bytes, headersAt);
  for (let left = reader.varint(); left > 0; left--) {
    const name = reader.bytes(reader.varint()).toString();
    const length = reader.varint();
    headers[name] = length < 0 ? '' : reader.bytes(length).toString();
  }
  return headers;
}
