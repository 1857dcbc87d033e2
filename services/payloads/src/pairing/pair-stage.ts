import type { BatchOutcome, Bus, Consumer, RecordBatch, RefusedAt, TypedProducer } from '@driftloop/bus';
import { DriftloopError, refusalOf } from '@driftloop/errors';
import { type Registry, requireModel } from '@driftloop/registry';
import type { InferenceRequest } from '@driftloop/schemas';
import type { Clock, Logger } from '@driftloop/service';
import type { Meters } from '../meters.ts';
import { unpairedLetter } from './overdue.ts';
import { pairRequests } from './pair-requests.ts';
import { createPairing, type HalfRecord, type Pair, type Pairing, ROOM_BYTES } from './pairing.ts';
import { readWritten, type WrittenRequests } from './written-requests.ts';

/** What pairing works with. */
export interface PairStageParts {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  readonly registry: Registry;
  /** Milliseconds of the log for which a half waits for the other. */
  readonly waitMs: number;
  readonly meters: Meters;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  fail(error: unknown): void;
}

interface PartitionPairs {
  readonly pairing: Pairing;
  /** What lies before was settled by an earlier process. */
  readonly settledBelow: number;
  /** What such a process wrote of the rest. */
  readonly written: WrittenRequests;
  /** Partition of inference.requests that the calls go to. */
  readonly target: number;
}

const EVENTS = 'payload.events';
const NO_ROOM = `before ${ROOM_BYTES / 2 ** 20} MiB of newer halves waited on its partition, which is all there is room for`;

/**
 * Reads payload.events and writes each call as requests with their answers, to the partition of
 * inference.requests that has the number of theirs here.
 *
 * The offset that is committed is that of the oldest half that still waits. So a process that
 * begins there finds all halves that wait; it reads from inference.requests which of the pairs that
 * follow have been written, and writes the others: each once, whenever a process ends.
 */
export function startPairing(parts: PairStageParts): Promise<Consumer> {
  const { bus, fail } = parts;
  const partitions = new Map<number, PartitionPairs>();
  return bus.consume({
    group: 'payloads',
    topics: [EVENTS],
    badRecords: 'deadLetter',
    onCrash: fail,
    onRevoked: () => partitions.clear(),
    async onAssigned(_topic, partition, committed) {
      const { pairs, from } = await resume(partition, committed, parts);
      partitions.set(partition, pairs);
      return { seek: from };
    },
    async onBatch(batch) {
      const pairs = partitions.get(batch.partition);
      return pairs === undefined ? {} : pairBatch(batch, pairs, parts);
    },
  });
}

/** Calls of the time before are remembered: an event that comes again is known then. */
async function resume(
  partition: number,
  committed: number,
  { bus, waitMs }: PairStageParts,
): Promise<{ pairs: PartitionPairs; from: number }> {
  const range = (await bus.offsets(EVENTS)).find((entry) => entry.partition === partition);
  const low = range?.low ?? 0;
  const settledBelow = Math.max(low, committed);
  const last = await firstOf(bus, partition, settledBelow - 1, settledBelow);
  const next = await firstOf(bus, partition, settledBelow, settledBelow + 1);
  const since = last?.timestamp ?? next?.timestamp;
  const pairing = createPairing(waitMs);
  // Partitions may have been added to one topic alone; each of these goes to one of those.
  const target = partition % (await bus.partitions('inference.requests'));
  if (since === undefined)
    return { pairs: { pairing, settledBelow, target, written: { has: () => false } }, from: settledBelow };
  const before = (await bus.offsetsAt(EVENTS, since - waitMs)).find((entry) => entry.partition === partition);
  const from = Math.min(settledBelow, Math.max(low, before?.offset ?? low));
  const written = await readWritten(bus, target, since);
  return { pairs: { pairing, settledBelow, target, written }, from };
}

async function firstOf(
  bus: Pick<Bus, 'slice'>,
  partition: number,
  from: number,
  to: number,
): Promise<HalfRecord | undefined> {
  if (from < 0) return undefined;
  for await (const [record] of bus.slice(EVENTS, { by: 'offset', partition, from, to })) return record;
  return undefined;
}

async function pairBatch(
  { partition, records, lastOffset, isStale }: RecordBatch<typeof EVENTS>,
  { pairing, settledBelow, target, written }: PartitionPairs,
  { producer, registry, waitMs, meters, clock }: PairStageParts,
): Promise<BatchOutcome> {
  const requests: InferenceRequest[] = [];
  const deadLetters: RefusedAt[] = [];
  const unpaired: { readonly half: HalfRecord; readonly until: string }[] = [];
  // What was registered before these records were read is known by then: once is enough for all.
  let synced: Promise<unknown> | undefined;
  const sync = () => (synced ??= registry.sync());
  for (const record of records) {
    if (record.offset < settledBelow) {
      pairing.remember(record);
      continue;
    }
    const taken = pairing.take(record);
    for (const half of taken.overdue) unpaired.push({ half, until: `within ${waitMs} ms of the log` });
    for (const half of taken.crowded) unpaired.push({ half, until: NO_ROOM });
    if (taken.pair === undefined) continue;
    try {
      for (const request of await requestsOf(taken.pair, registry, sync)) requests.push(request);
      meters.calls.inc({ model: record.value.model });
    } catch (error) {
      if (!(error instanceof DriftloopError) || error.retriable) throw error;
      const { code, reason } = refusalOf(error);
      const place = otherPlace(taken.pair, record);
      deadLetters.push({ offset: record.offset, code, reason: `${reason} ${place}` });
    }
  }
  const missing = requests.filter(({ model, requestId }) => !written.has(model, requestId));
  if (missing.length > 0) {
    const outgoing = missing.map((value) => ({ key: value.requestId, value, partition: target }));
    await producer.send('inference.requests', outgoing, { isVoid: isStale });
  }
  if (unpaired.length > 0) {
    const letters = unpaired.map(({ half, until }) => unpairedLetter(half, until, clock.now()));
    await producer.send('dead.letters', letters, { isVoid: isStale });
  }
  for (const { code } of deadLetters) meters.deadLetters.inc({ code });
  meters.deadLetters.inc({ code: 'PAYLOAD_UNPAIRED' }, unpaired.length);
  meters.waiting.set({ partition }, pairing.open);
  return { commit: pairing.oldestOpen() ?? lastOffset + 1, deadLetters };
}

async function requestsOf(
  pair: Pair,
  registry: Registry,
  sync: () => Promise<unknown>,
): Promise<InferenceRequest[]> {
  const { model } = pair.request.value;
  // Whoever logs may be ahead of this follower: what was registered before the call counts.
  if (!registry.model(model)) await sync();
  return pairRequests(pair, requireModel(registry, model).spec);
}

function otherPlace({ request, response }: Pair, record: HalfRecord): string {
  const other = record === request ? response : request;
  return `(The ${other.value.half} of call '${other.value.callId}' is at offset ${other.offset}.)`;
}
