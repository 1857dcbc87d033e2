import type { DeadLetter } from '@driftloop/schemas';

/** A zero byte and the schema's id come before the Avro. */
const HEADER_BYTES = 5;

/**
 * Whether a dead letter of inference.requests is one of a model's request, as this gateway writes
 * them: the record begins with its id and its model. Ids are unique per model only. A letter whose
 * record was too large to be kept counts by its key alone.
 */
export function isAboutRequest(
  { value }: Pick<DeadLetter, 'value'>,
  model: string,
  requestId: string,
): boolean {
  if (value === null) return true;
  const beginning = Buffer.concat([avroText(requestId), avroText(model)]);
  return beginning.equals(value.subarray(HEADER_BYTES, HEADER_BYTES + beginning.length));
}

/** A string as Avro writes it: its bytes after their number, a zigzag varint. */
function avroText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length: number[] = [];
  let rest = bytes.length * 2;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) length.push((rest % 0x80) + 0x80);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}
