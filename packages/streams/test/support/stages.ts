import { createHash } from 'node:crypto';
import type { Bus, BusRecord, TypedProducer } from '@driftloop/bus';
import type { DriftSketch, DriftVerdict } from '@driftloop/schemas';
import { createLogger } from '@driftloop/service';
import { type Output, runChunkedMap, runFold, type Stage } from '../../src/index.ts';

/** The input of the stages below. */
export const INPUT = 'inference.labels';
export const CHUNK_SIZE = 50;
/** The fold writes a verdict after so many records. */
export const OUTPUT_EVERY = 20;

type Label = Pick<BusRecord<typeof INPUT>, 'value'>;

/** Depends on every record before and on their order. */
export interface ChainState {
  count: number;
  hash: string;
}

function chained(hash: string, { value }: Label): string {
  return createHash('sha256').update(`${hash}${value.requestId}${value.label}`).digest('hex');
}

/** Folds records into the state; a verdict after every OUTPUT_EVERY of them says what it is. */
export function applyLabels(state: ChainState, records: readonly Label[], partition: number): DriftVerdict[] {
  const verdicts: DriftVerdict[] = [];
  for (const record of records) {
    state.hash = chained(state.hash, record);
    state.count++;
    if (state.count % OUTPUT_EVERY === 0) verdicts.push(verdict(partition, state));
  }
  return verdicts;
}

function verdict(partition: number, { count, hash }: ChainState): DriftVerdict {
  return {
    model: `p${partition}`,
    version: 1,
    windowStart: 0,
    windowEnd: count,
    sequence: count / OUTPUT_EVERY - 1,
    state: 'stable',
    likelihood: 0,
    confirmedByLabels: false,
    evidence: [{ signal: 'concept', detector: 'chain', feature: '', windowStart: 0, weight: 1, text: hash }],
    changePoint: null,
    changePointFrom: null,
    changePointTo: null,
    action: 'none',
    commandId: null,
  };
}

/** What a chunk of labels comes to. */
export function sketchOf(
  partition: number,
  chunkStart: number,
  labels: readonly Label[],
  chunkEnd: number,
  idle: boolean,
): DriftSketch {
  const hash = labels.reduce(chained, '');
  return {
    model: `p${partition}`,
    signal: 'concept',
    partition,
    chunkStart,
    chunkEnd,
    maxEventTime: Math.max(...labels.map(({ value }) => value.eventTime), 0),
    rejected: 0,
    idle,
    windows: [
      {
        start: 0,
        version: 1,
        layout: 'chain',
        n: labels.length,
        sketch: Uint8Array.from(Buffer.from(hash, 'hex')),
      },
    ],
  };
}

interface StageParts {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  fail(error: unknown): void;
}

/** Labels to drift.verdicts. */
export function startFold(
  { bus, producer, fail }: StageParts,
  options: { format?: number; checkpointEveryMs?: number; padding?: () => string } = {},
): Promise<Stage> {
  return runFold<typeof INPUT, ChainState>({
    bus,
    producer,
    service: 'chain',
    topic: INPUT,
    format: options.format ?? 1,
    checkpointEveryMs: options.checkpointEveryMs ?? 50,
    logger: createLogger({ name: 'test', level: 'silent' }),
    fail,
    createState: () => ({ count: 0, hash: '' }),
    encode: (state) => JSON.stringify({ ...state, padding: options.padding?.() ?? '' }),
    decode: (text) => {
      const { count, hash } = JSON.parse(text);
      return { count, hash };
    },
    async apply(state, records, partition) {
      const outputs = applyLabels(state, records, partition).map(
        (value): Output => ({ topic: 'drift.verdicts', key: value.model, value }),
      );
      return { state, outputs };
    },
  });
}

/** Labels to drift.sketches. */
export function startMap({ bus, producer, fail }: StageParts, idleFlushMs = 200): Promise<Stage> {
  return runChunkedMap({
    bus,
    producer,
    group: 'chain.map',
    topic: INPUT,
    chunkSize: CHUNK_SIZE,
    idleFlushMs,
    idleAfterMs: idleFlushMs,
    badRecords: 'skip',
    fail,
    createChunk(partition, chunkStart) {
      const labels: Label[] = [];
      return {
        async add(records) {
          labels.push(...records);
          return undefined;
        },
        sketches: async (chunkEnd, { idle }) =>
          labels.length === 0 ? [] : [sketchOf(partition, chunkStart, labels, chunkEnd, idle)],
      };
    },
  });
}
