import { RawRecord } from '../../src/protocol/raw-record.ts';

/** A record with this value and no key. */
export function rawRecord(value: Uint8Array | null, offset = 0): RawRecord {
  const bytes = Buffer.from(value ?? []);
  return new RawRecord(offset, 0, bytes, 0, -1, 0, value === null ? -1 : bytes.length);
}
