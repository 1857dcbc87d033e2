import { buildReferenceProfile, type ReplayInput, type ReplayRecord } from '@driftloop/drift';
import { defaultSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';

const PARTITIONS = 4;
const REFERENCE_ROWS = 5_000;
/** Rows after which a label follows. */
const LABEL_DELAY_ROWS = 500;
const INTERVAL_MS = 1_800_000;
const START_MS = Date.parse('1996-05-07T00:00:00Z');

/**
 * A slice of normal features, a model of the first of them, and labels 500 rows later, over four
 * partitions and one row per millisecond of log time, as `bench pipeline` sends them. Half way the
 * first feature moves by half a standard deviation.
 */
export function sliceOf(rows: number, width: number): ReplayInput {
  const spec = defaultSpec({
    model: 'bench',
    task: 'binary',
    classes: 2,
    features: Array.from({ length: width }, (_, i) => ({
      name: `f${i}`,
      kind: 'numeric' as const,
      allowMissing: false,
    })),
    intervalMs: INTERVAL_MS,
  });
  const reference = rowsOf(spec, REFERENCE_ROWS, 1, REFERENCE_ROWS);
  const profile = buildReferenceProfile({ spec, data: reference, outputs: answersOf(reference) });
  const data = rowsOf(spec, rows, 2, rows / 2);
  return {
    spec,
    versions: [{ version: 1, profile }],
    live: [{ version: 1, since: 0 }],
    records: recordsOf(spec.model, data, answersOf(data)),
    partitions: {
      'inference.requests': PARTITIONS,
      'inference.predictions': PARTITIONS,
      'inference.labels': PARTITIONS,
    },
  };
}

function rowsOf(spec: ModelSpec, rows: number, seed: number, movesAt: number): LabelledRows {
  const random = createRandom(seed);
  const width = spec.features.length;
  const features = new Float32Array(rows * width);
  for (let i = 0; i < features.length; i++) features[i] = random.normal();
  for (let row = Math.ceil(movesAt); row < rows; row++) features[row * width]! += 0.5;
  return {
    rows,
    width,
    features,
    labels: Float32Array.from({ length: rows }, (_, row) =>
      Number(random.uniform() < (features[row * width]! > 0 ? 0.8 : 0.2)),
    ),
    weights: new Float32Array(rows).fill(1),
    eventTimes: Float64Array.from({ length: rows }, (_, row) => START_MS + row * INTERVAL_MS),
  };
}

/** Two probabilities a row, that of class 1 rising with the first feature. */
function answersOf({ rows, width, features }: LabelledRows): Float32Array {
  const outputs = new Float32Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    const positive = 1 / (1 + Math.exp(-2 * features[row * width]!));
    outputs[2 * row] = 1 - positive;
    outputs[2 * row + 1] = positive;
  }
  return outputs;
}

function recordsOf(model: string, data: LabelledRows, outputs: Float32Array): ReplayRecord[] {
  const { width, rows, eventTimes, features, labels } = data;
  const records: ReplayRecord[] = [];
  for (let row = 0; row < rows + LABEL_DELAY_ROWS; row++) {
    const timestamp = START_MS + row;
    if (row < rows) {
      const requestId = `r${row}`;
      const eventTime = eventTimes[row]!;
      const place = { partition: row % PARTITIONS, offset: Math.floor(row / PARTITIONS), timestamp };
      const values = features.subarray(row * width, (row + 1) * width);
      records.push(
        {
          topic: 'inference.requests',
          ...place,
          value: { requestId, model, eventTime, features: values },
        },
        {
          topic: 'inference.predictions',
          ...place,
          value: {
            requestId,
            model,
            version: 1,
            eventTime,
            servedAt: 0,
            outputs: outputs.subarray(2 * row, 2 * row + 2),
            predicted: Number(outputs[2 * row + 1]! >= 0.5),
            role: 'live',
            requestPartition: place.partition,
            requestOffset: place.offset,
            requestTime: timestamp,
          },
        },
      );
    }
    const labelled = row - LABEL_DELAY_ROWS;
    if (labelled < 0) continue;
    records.push({
      topic: 'inference.labels',
      partition: labelled % PARTITIONS,
      offset: Math.floor(labelled / PARTITIONS),
      timestamp,
      value: {
        requestId: `r${labelled}`,
        model,
        label: labels[labelled]!,
        eventTime: eventTimes[Math.min(row, rows - 1)]!,
      },
    });
  }
  return records;
}
