import { createOrtEngine } from '@driftloop/engine-ort';
import { allocateRows, type LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';

export const engine = createOrtEngine({ device: 'cpu', threads: 1 });

/** A spec with `width` numeric features. */
export function specOf(task: 'binary' | 'multiclass' | 'regression', classes: number, width: number) {
  const features = Array.from({ length: width }, (_, i) => ({
    name: `x${i}`,
    kind: 'numeric' as const,
    allowMissing: false,
  }));
  return { task, classes, features };
}

/**
 * Two classes in the plane, parted by a line through the origin at `angle`; `noise` of the labels
 * are wrong.
 */
export function lineStream(
  rows: number,
  angle: number,
  seed: number,
  noise = 0,
  startTime = 0,
): LabelledRows {
  const random = createRandom(seed);
  const data = allocateRows(rows, 2);
  for (let row = 0; row < rows; row++) {
    const x = random.normal();
    const y = random.normal();
    data.features.set([x, y], row * 2);
    const above = x * Math.cos(angle) + y * Math.sin(angle) > 0;
    data.labels[row] = above !== random.uniform() < noise ? 1 : 0;
    data.eventTimes[row] = startTime + row;
  }
  return data;
}

/** Values 3 + 2·x0 - x1, with normal noise. */
export function planeValues(rows: number, seed: number, noise = 0.1): LabelledRows {
  const random = createRandom(seed);
  const data = allocateRows(rows, 2);
  for (let row = 0; row < rows; row++) {
    const x = random.normal();
    const y = random.normal();
    data.features.set([x, y], row * 2);
    data.labels[row] = 3 + 2 * x - y + noise * random.normal();
    data.eventTimes[row] = row;
  }
  return data;
}
