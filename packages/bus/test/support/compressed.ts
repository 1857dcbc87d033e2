import { crc32c } from '../../src/protocol/crc32c.ts';
import { writeRecordBatch } from '../../src/protocol/record-batch-writer.ts';

const HEADER_BYTES = 61;

/** A batch whose records were packed by others; its checksum is right. */
export function compressedBatch(options: {
  readonly values: readonly Buffer[];
  readonly base: number;
  /** Kafka's number. */
  readonly codec: number;
  readonly pack: (records: Buffer) => Buffer;
}): Buffer {
  const { values, base, codec, pack } = options;
  const records = values.map((bytes, i) => {
    const { length } = bytes;
    return { bytes, keyAt: 0, keyLength: -1, valueAt: 0, valueLength: length, timestamp: base + i };
  });
  const plain = writeRecordBatch(records, { producerId: 1, epoch: 0 }, 0);
  const body = pack(plain.subarray(HEADER_BYTES));
  const batch = Buffer.concat([plain.subarray(0, HEADER_BYTES), body]);
  batch.writeBigInt64BE(BigInt(base), 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt16BE(codec, 21);
  batch.writeUInt32BE(crc32c(batch, 21, batch.length), 17);
  return batch;
}
