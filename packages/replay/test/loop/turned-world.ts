import { designsOf, encodeMemory, trainFirst } from '@driftloop/continual';
import { buildReferenceProfile, type Partitions, type ReplayRecord } from '@driftloop/drift';
import { createOrtEngine } from '@driftloop/engine-ort';
import { defaultSpec } from '@driftloop/registry';
import type { ModelEvent, ModelSpec } from '@driftloop/schemas';
import { allocateRows, type LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { rehearseRegistry } from '../../src/loop/rehearsed-registry.ts';

export const engine = createOrtEngine({ device: 'cpu', threads: 1 });

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const PARTITIONS = 2;
const LABEL_DELAY_ROWS = 150;
/** From here on the classes are turned. */
export const TURNED_AT = 1_500;
const ROWS = 4_000;

export const partitions: Partitions = {
  'inference.requests': PARTITIONS,
  'inference.predictions': PARTITIONS,
  'inference.labels': PARTITIONS,
};

const spec: ModelSpec = {
  ...defaultSpec({
    model: 'm',
    task: 'binary',
    classes: 2,
    features: ['x', 'y'].map((name) => ({ name, kind: 'numeric' as const, allowMissing: false })),
    intervalMs: 1_000,
  }),
  window: {
    lengthMs: 100_000,
    allowedLatenessMs: 2_000,
    minSamples: 50,
    allowedAheadMs: 0,
    partitionIdleMs: 10_000,
  },
  retrain: {
    enabled: true,
    strategy: 'naive',
    cooldownMs: 300_000,
    minLabels: 300,
    maxRows: 500,
    maxSeconds: 600,
    maxSteps: 200,
    maxAgeMs: 400_000,
  },
};

function rowsOf(rows: number, seed: number, turnedAt: number): LabelledRows {
  const random = createRandom(seed);
  const data = allocateRows(rows, 2);
  for (let row = 0; row < rows; row++) {
    const x = random.normal();
    data.features.set([x, random.normal()], 2 * row);
    data.labels[row] = Number(x > 0 !== random.uniform() < 0.1) ^ Number(row >= turnedAt);
    data.eventTimes[row] = START_MS + row * 1_000;
  }
  return data;
}

/** Requests and late labels, as they lie on Kafka: a row each 10 ms. */
export function history(): ReplayRecord[] {
  const data = rowsOf(ROWS, 2, TURNED_AT);
  const records: ReplayRecord[] = [];
  for (let row = 0; row < ROWS + LABEL_DELAY_ROWS; row++) {
    const timestamp = START_MS + ROWS * 1_000 + row * 10;
    const place = (i: number) => ({
      partition: i % PARTITIONS,
      offset: Math.floor(i / PARTITIONS),
      timestamp,
    });
    if (row < ROWS)
      records.push({
        topic: 'inference.requests',
        ...place(row),
        value: {
          requestId: `r${row}`,
          model: 'm',
          eventTime: data.eventTimes[row] as number,
          features: data.features.subarray(2 * row, 2 * row + 2),
        },
      });
    if (row >= LABEL_DELAY_ROWS) records.push(labelOf(row - LABEL_DELAY_ROWS, data, place));
  }
  return records;
}

function labelOf(
  row: number,
  data: LabelledRows,
  place: (row: number) => { partition: number; offset: number; timestamp: number },
): ReplayRecord {
  return {
    topic: 'inference.labels',
    ...place(row),
    value: {
      requestId: `r${row}`,
      model: 'm',
      label: data.labels[row] as number,
      eventTime: (data.eventTimes[row] as number) + LABEL_DELAY_ROWS * 1_000,
    },
  };
}

/** The first version, and the events that made it live. */
export async function beginning() {
  const data = rowsOf(1_000, 1, Number.POSITIVE_INFINITY);
  const { strategy } = spec.retrain;
  const first = await trainFirst({
    engine,
    spec,
    data,
    strategy,
    seed: 1,
    designs: designsOf('linear', spec, 1),
    now: () => 0,
  });
  const { judged } = first;
  const profile = buildReferenceProfile({
    spec,
    data,
    heldOut: { data: judged.rows, outputs: judged.outputs },
  });
  const events: ModelEvent[] = [];
  const none = () => Promise.reject(new Error('nothing was made before'));
  const registry = await rehearseRegistry({ spec, events: [], artifact: none }, () => START_MS);
  registry.onChange((_, event) => {
    if (event) events.push(event);
  });
  await registry.register({
    spec,
    onnx: first.model,
    profile,
    memory: encodeMemory(first.memory),
    metrics: first.metrics,
    publish: true,
    eventTime: START_MS,
  });
  return { spec, events, artifact: (version: number) => registry.artifact('m', version) };
}
