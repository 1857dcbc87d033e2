import { partitionOfKey } from '@driftloop/bus';
import type { TopicName, TopicRecords } from '@driftloop/schemas';
import { createRandom, type Random } from '@driftloop/stats';
import { EPOCH_MS } from '../time/epoch.ts';
import {
  drawFeatures,
  drawLabel,
  incumbentAnswer,
  MODELS,
  type SimulatedModel,
  WINDOW_MS,
} from './models.ts';

/** A record that a client writes. */
export interface Input {
  /** When, milliseconds of virtual time. */
  readonly atMs: number;
  readonly topic: TopicName;
  readonly partition: number;
  readonly key: string;
  readonly value: TopicRecords[TopicName];
  /** Kafka's, epoch milliseconds. */
  readonly timestamp: number;
}

/** What clients write in one simulation; the same whatever happens to services. */
export interface Workload {
  readonly name: string;
  /** In the order in which they are written. */
  readonly inputs: readonly Input[];
  readonly partitions: number;
  /** Who sets the timestamps of these records. */
  readonly timestamps: 'broker' | 'producer';
  /** How long a record may be on its way from its client, milliseconds. */
  readonly mostOnWayMs: number;
  /**
   * Traffic proper ends here, milliseconds of virtual time; what comes later only lets windows end.
   */
  readonly endMs: number;
  /** Windows that end later, epoch milliseconds of event time, may stay open. */
  readonly judgedThrough: number;
}

/** Virtual time before the first record, so that services are up. */
const LEAD_MS = 60_000;
/**
 * A record that is on its way for longer than twice this is taken in later than it says:
 * docs/decisions/log-clock.md.
 */
const MOST_ON_WAY_MS = 1_000;
const PHASE_MS = WINDOW_MS / 2;
/** Clients write together, about once in this time: mostly nothing happens, and hours pass fast. */
const CLUSTER_MS = PHASE_MS / 2;
const encoder = new TextEncoder();

/**
 * Makes hours of traffic for three models: trickles, bursts and quiet times, late, early and wrong
 * records.
 */
export function createWorkload(seed: number, hours: number, partitions = 2): Workload {
  const endMs = LEAD_MS + hours * 3_600_000;
  const random = createRandom(`workload/${seed}`);
  const timestamps = seed % 2 === 0 ? 'broker' : 'producer';
  const inputs = MODELS.flatMap((model) =>
    trafficOf(model, random.fork(model.spec.model), endMs, partitions),
  );
  const strange = strangersOf(random.fork('strangers'), endMs, partitions);
  const all = [...inputs, ...strange].map((input, index) => ({ input, index }));
  all.sort((a, b) => a.input.atMs - b.input.atMs || a.index - b.index);
  return {
    name: `${hours} h of traffic ${seed}`,
    inputs: all.map(({ input }) => input),
    partitions,
    timestamps,
    // Where the broker sets them, the log says when it was written: to be the same, it must be
    // written at the same time.
    mostOnWayMs: timestamps === 'producer' ? MOST_ON_WAY_MS : 0,
    endMs,
    judgedThrough: EPOCH_MS + endMs - WINDOW_MS,
  };
}

function trafficOf(model: SimulatedModel, random: Random, endMs: number, partitions: number): Input[] {
  const { spec } = model;
  const inputs: Input[] = [];
  let id = 0;
  const add = (topic: Input['topic'], atMs: number, key: string, value: Input['value']) => {
    inputs.push({
      atMs,
      topic,
      partition: partitionOfKey(encoder.encode(key), partitions),
      key,
      value,
      timestamp: EPOCH_MS + Math.floor(atMs),
    });
  };
  const uses: Use[] = [];
  const row = (atMs: number, lagMs: number, labelAfterMs: number | undefined) => {
    const use = { atMs, labelAtMs: labelAfterMs === undefined ? undefined : atMs + labelAfterMs };
    const again = random.uniform() < REUSED ? idAgain(uses, use, random) : undefined;
    const requestId = again ?? `${spec.model}-${id++}`;
    uses.push({ ...use, requestId });
    const progress = atMs / endMs;
    const shift = spec.model === 'alpha' && progress > 0.5 ? 1.5 : 0;
    const turn = spec.model === 'kappa' && progress > 0.55 ? 1 : 0;
    const features = drawFeatures(spec, random, shift);
    const eventTime = EPOCH_MS + Math.floor(atMs - lagMs);
    const answer = incumbentAnswer(model, features);
    const request = { requestId, model: spec.model, eventTime, features };
    add('inference.requests', atMs, requestId, answer === undefined ? request : { ...request, answer });
    if (labelAfterMs === undefined) return requestId;
    const label = drawLabel(spec, features, random, turn);
    const labelAt = atMs + labelAfterMs;
    const known = { requestId, model: spec.model, label, eventTime: EPOCH_MS + Math.floor(labelAt) };
    add('inference.labels', labelAt, requestId, known);
    // The same label again, or another one that is too late to count.
    if (random.uniform() < 0.02) {
      add('inference.labels', labelAt + 60_000 * random.uniform(), requestId, {
        ...known,
        label: label === 0 ? 1 : 0,
      });
    }
    return requestId;
  };
  const labelAfter = () => {
    const draw = random.uniform();
    if (draw < 0.05) return undefined;
    // Some come before their request.
    if (draw < 0.08) return -2_000 * random.uniform();
    return draw < 0.15 ? 200 * random.uniform() : CLUSTER_MS * (1 + random.integer(6));
  };
  const lag = () => {
    const draw = random.uniform();
    return draw < 0.97 ? 15_000 * random.uniform() : 240_000 * random.uniform();
  };
  let wasQuiet: boolean = false;
  for (let from = LEAD_MS; from < endMs; from += PHASE_MS) {
    const draw = random.uniform();
    // Never quiet for longer than a phase: windows would only be merged.
    const kind: 'quiet' | 'burst' | 'trickle' =
      draw < 0.2 && !wasQuiet ? 'quiet' : draw < 0.4 ? 'burst' : 'trickle';
    wasQuiet = kind === 'quiet';
    const count = kind === 'quiet' ? 0 : kind === 'burst' ? 12 + random.integer(25) : 8 + random.integer(12);
    for (let i = 0; i < count; i++) {
      if (kind === 'burst') row(from + 2_000 * random.uniform(), PHASE_MS * random.uniform(), labelAfter());
      else row(inCluster(from + PHASE_MS * random.uniform(), random), lag(), labelAfter());
    }
  }
  // Long enough to end what is open, on every partition of both topics.
  for (let from = endMs; from < endMs + 2.5 * WINDOW_MS; from += WINDOW_MS / 4) {
    for (let partition = 0; partition < partitions; partition++) {
      while (partitionOfKey(encoder.encode(`${spec.model}-${id}`), partitions) !== partition) id++;
      row(from + 1_000 * (partition + random.uniform()), 0, 30_000);
    }
  }
  return inputs;
}

/** A request of an id, and when its label comes. */
interface Use {
  readonly requestId: string;
  readonly atMs: number;
  readonly labelAtMs: number | undefined;
}

/** Share of the requests that have an id of an earlier one. */
const REUSED = 0.2;
/**
 * How far requests of an id are from labels of its others: records may be on their way that long.
 */
const APART_MS = 1_500;

/** An id that was used near by, of no label that could be taken for the other's. */
function idAgain(uses: readonly Use[], own: Omit<Use, 'requestId'>, random: Random): string | undefined {
  const candidate = uses[uses.length - 1 - random.integer(100)]?.requestId;
  const isApart = (label: number | undefined, at: number) =>
    label === undefined || Math.abs(label - at) > APART_MS;
  const isFree = uses
    .filter(({ requestId }) => requestId === candidate)
    .every((use) => isApart(use.labelAtMs, own.atMs) && isApart(own.labelAtMs, use.atMs));
  return isFree ? candidate : undefined;
}

function inCluster(atMs: number, random: Random): number {
  return Math.floor(atMs / CLUSTER_MS) * CLUSTER_MS + 1_500 * random.uniform();
}

/** Records that nobody can do anything with, and some that are far from the time. */
function strangersOf(random: Random, endMs: number, partitions: number): Input[] {
  const inputs: Input[] = [];
  const put = <T extends TopicName>(topic: T, key: string, value: TopicRecords[T]) => {
    const atMs = LEAD_MS + (endMs - LEAD_MS) * random.uniform();
    const partition = partitionOfKey(encoder.encode(key), partitions);
    inputs.push({ atMs, topic, partition, key, value, timestamp: EPOCH_MS + Math.floor(atMs) });
  };
  for (let i = 0; i < 6; i++) {
    const [model, eventTime] = ['alpha', EPOCH_MS + Math.floor(endMs * random.uniform())];
    const id = `strange-${i}`;
    const one = Float32Array.of(1);
    put('inference.requests', id, {
      requestId: id,
      model: i < 2 ? 'nobody' : model,
      eventTime,
      features: one,
    });
    put('inference.labels', `unknown-${i}`, { requestId: `unknown-${i}`, model, label: 1, eventTime });
    put('inference.labels', `alpha-${i}`, { requestId: `alpha-${i}`, model, label: 7.5, eventTime });
  }
  return inputs;
}
