import { createHash } from 'node:crypto';
import type { Bus, BusRecord, TypedProducer } from '@driftloop/bus';
import type { DriftVerdict } from '@driftloop/schemas';
import { type Clock, createLogger } from '@driftloop/service';
import { type Output, runFold, type Stage } from '../../src/index.ts';

/** The input of the stage below. */
export const INPUT = 'inference.labels';
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
    causes: [],
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
  options: {
    format?: number;
    checkpointEveryMs?: number;
    /** @default the machine's */
    clock?: Clock;
    padding?: (state: ChainState) => string;
    /** Labels that cannot be taken in. */
    refuses?: (requestId: string) => boolean;
  } = {},
): Promise<Stage> {
  return runFold<typeof INPUT, ChainState>({
    bus,
    producer,
    service: 'chain',
    ...(options.clock && { clock: options.clock }),
    topic: INPUT,
    codec: {
      format: options.format ?? 1,
      encode: (state) => JSON.stringify({ ...state, padding: options.padding?.(state) ?? '' }),
      decode: (text) => {
        const { count, hash } = JSON.parse(text);
        return { count, hash };
      },
    },
    checkpointEveryMs: options.checkpointEveryMs ?? 50,
    logger: createLogger({ name: 'test', level: 'silent' }),
    fail,
    createState: () => ({ count: 0, hash: '' }),
    async apply(state, records, partition) {
      const isRefused = ({ value }: Label) => options.refuses?.(value.requestId) ?? false;
      const taken = records.filter((record) => !isRefused(record));
      const outputs = applyLabels(state, taken, partition).map(
        (value): Output => ({ topic: 'drift.verdicts', key: value.model, value }),
      );
      const refused = records
        .filter(isRefused)
        .map(({ offset }) => ({ offset, code: 'LABEL_INVALID', reason: 'the test says so' }) as const);
      return { state, outputs, refused };
    },
  });
}
