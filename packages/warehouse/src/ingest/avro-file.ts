import { randomBytes } from 'node:crypto';

const MAGIC = Buffer.from('Obj\x01');
const SYNC_BYTES = 16;

/**
 * One record as an Avro object container file (Avro specification, "Object Container Files"),
 * which names its schema by itself.
 *
 * @param schema as JSON
 * @param record its binary encoding
 */
export function avroFile(schema: string, record: Uint8Array): Buffer {
  const sync = randomBytes(SYNC_BYTES);
  const metadata = [long(2), text('avro.schema'), text(schema), text('avro.codec'), text('null'), long(0)];
  return Buffer.concat([MAGIC, ...metadata, sync, long(1), long(record.byteLength), record, sync]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([long(bytes.byteLength), bytes]);
}

/** Zigzag, then seven bits at a time; no more than 2^30 here. */
function long(value: number): Buffer {
  const bytes: number[] = [];
  let rest = 2 * value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
