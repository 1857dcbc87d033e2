import { DriftloopError } from '@driftloop/errors';
import type { ReplayMemory } from './replay-memory.ts';

const MAGIC = 'DLMEM1\n';

interface Header {
  capacity: number;
  seen: number;
  seenByClass: [label: number, rows: number][];
  /** null stands for -Infinity, which JSON does not have. */
  newestEventTime: number | null;
  width: number;
  rows: number;
  outputWidth: number;
  runs: number;
  state: { name: string; length: number }[];
}

/**
 * The memory as bytes (memory.bin of an artifact): a line with the format, a line of JSON, then
 * little-endian arrays one after another: event times (float64), labels, features, weights and
 * outputs (float32), origins (uint32), and the strategy's arrays (float32).
 */
export function encodeMemory(memory: ReplayMemory): Uint8Array {
  const header: Header = {
    capacity: memory.capacity,
    seen: memory.seen,
    seenByClass: [...memory.seenByClass],
    newestEventTime: Number.isFinite(memory.newestEventTime) ? memory.newestEventTime : null,
    width: memory.rows.width,
    rows: memory.rows.rows,
    outputWidth: memory.outputWidth,
    runs: memory.runs,
    state: [...memory.state].map(([name, values]) => ({ name, length: values.length })),
  };
  const head = new TextEncoder().encode(`${MAGIC}${JSON.stringify(header)}\n`);
  const arrays = [
    memory.rows.eventTimes,
    memory.rows.labels,
    memory.rows.features,
    memory.rows.weights,
    memory.outputs,
    memory.origins,
    ...memory.state.values(),
  ];
  const bytes = new Uint8Array(head.length + arrays.reduce((sum, array) => sum + array.byteLength, 0));
  bytes.set(head, 0);
  let at = head.length;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes;
}

/**
 * Reads what {@link encodeMemory} wrote.
 * @throws DriftloopError ARTIFACT_CORRUPT when the bytes are anything else.
 */
export function decodeMemory(bytes: Uint8Array): ReplayMemory {
  const { header, bodyAt } = readHeader(bytes);
  // A copy of its own, so that every array starts at a multiple of its element size.
  let at = bodyAt;
  const take = (byteLength: number): ArrayBuffer => {
    if (at + byteLength > bytes.length)
      corrupt(`it ends after ${bytes.length} bytes, at least ${at + byteLength} are needed`);
    const part = new Uint8Array(byteLength);
    part.set(bytes.subarray(at, at + byteLength));
    at += byteLength;
    return part.buffer;
  };
  const { rows, width } = header;
  const eventTimes = new Float64Array(take(8 * rows));
  const labels = new Float32Array(take(4 * rows));
  const features = new Float32Array(take(4 * rows * width));
  const weights = new Float32Array(take(4 * rows));
  const outputs = new Float32Array(take(4 * rows * header.outputWidth));
  const origins = new Uint32Array(take(4 * rows));
  const state = new Map<string, Float32Array>();
  for (const { name, length } of header.state) state.set(name, new Float32Array(take(4 * length)));
  if (at !== bytes.length) corrupt(`${bytes.length - at} bytes are left over`);
  return {
    capacity: header.capacity,
    seen: header.seen,
    seenByClass: new Map(header.seenByClass),
    newestEventTime: header.newestEventTime ?? Number.NEGATIVE_INFINITY,
    rows: { rows, width, features, labels, weights, eventTimes },
    origins,
    outputs,
    outputWidth: header.outputWidth,
    runs: header.runs,
    state,
  };
}

function readHeader(bytes: Uint8Array): { header: Header; bodyAt: number } {
  const magicEnd = MAGIC.length;
  const headerEnd = bytes.indexOf(10, magicEnd);
  const text = new TextDecoder().decode(bytes.subarray(0, Math.max(headerEnd, 0)));
  if (!text.startsWith(MAGIC)) corrupt(`it does not begin with ${JSON.stringify(MAGIC)}`);
  let header: unknown;
  try {
    header = JSON.parse(text.slice(magicEnd));
  } catch (cause) {
    throw new DriftloopError(
      'ARTIFACT_CORRUPT',
      'memory.bin has a header that is not JSON: take it from the store again.',
      { cause },
    );
  }
  if (!isHeader(header)) corrupt('its header lacks a field');
  return { header, bodyAt: headerEnd + 1 };
}

function isHeader(value: unknown): value is Header {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const counts = ['capacity', 'seen', 'width', 'rows', 'outputWidth', 'runs'].map((name) => fields.get(name));
  const newest = fields.get('newestEventTime');
  const state = fields.get('state');
  const seenByClass = fields.get('seenByClass');
  return (
    counts.every((count) => typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) &&
    (newest === null || typeof newest === 'number') &&
    Array.isArray(seenByClass) &&
    seenByClass.every(
      (entry) => Array.isArray(entry) && entry.length === 2 && entry.every(Number.isFinite),
    ) &&
    Array.isArray(state) &&
    state.every(
      (entry) => typeof entry?.name === 'string' && Number.isSafeInteger(entry?.length) && entry.length >= 0,
    )
  );
}

function corrupt(what: string): never {
  throw new DriftloopError(
    'ARTIFACT_CORRUPT',
    `memory.bin cannot be read: ${what}. Take it from the store again.`,
  );
}
