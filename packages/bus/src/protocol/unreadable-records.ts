import { RawRecord } from './raw-record.ts';

const NOTHING = Buffer.alloc(0);

/** Stands for the records of a batch whose bytes cannot be read: one at its first offset. */
export class UnreadableRecords extends RawRecord {
  /** What is wrong, for people. */
  readonly reason: string;

  /**
   * @param offset of the first record that is missing
   * @param lastOffset of the last one
   * @param timestamp the largest in the batch, epoch milliseconds
   */
  constructor(offset: number, lastOffset: number, timestamp: number, cause: RangeError) {
    super(offset, timestamp, NOTHING, 0, -1, 0, -1);
    this.reason =
      `The record batch with offsets ${offset} to ${lastOffset} cannot be read: ${textOf(cause)}. ` +
      'Send its records again, at most 128 MiB of them in one compressed batch.';
  }
}

function textOf({ message, cause }: RangeError): string {
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
