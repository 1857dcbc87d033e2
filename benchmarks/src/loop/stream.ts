import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTable } from '@driftloop/cli';
import { DriftloopError } from '@driftloop/errors';
import type { LabelledRows } from '@driftloop/spec';

/** Rows in the order in which they come, with what a spec says of them. */
export interface Stream {
  readonly name: string;
  readonly data: LabelledRows;
  readonly featureNames: readonly string[];
  readonly classes: number;
}

/** Elec2 begins on 7 May 1996 and has a row per half-hour; other streams get the same clock. */
const START_MS = Date.parse('1996-05-07T00:00:00Z');
export const INTERVAL_MS = 1_800_000;
/** The first version is trained on the first tenth. */
const LEAST_ROWS = 100;

/**
 * Reads a CSV file with a header, gzipped or not: numeric columns, the class last.
 *
 * @throws DriftloopError REQUEST_INVALID naming line and column of what cannot be read or is not
 *   finite, a class that is no integer from 0 on, or what the first tenth lacks to train the first
 *   version on
 */
export async function readStream(path: string): Promise<Stream> {
  const { rows, featureNames, features, labels } = await readTable(path);
  const width = featureNames.length;
  const wrong = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label > 255);
  if (wrong >= 0) {
    throw new DriftloopError(
      'REQUEST_INVALID',
      `${path} line ${wrong + 2}: the class in the last column is ${labels[wrong]}; classes are integers from 0 to 255.`,
    );
  }
  if (width === 0 || rows < LEAST_ROWS) {
    throw new DriftloopError(
      'REQUEST_INVALID',
      `${path} has ${width} features and ${rows} rows; a header, one feature besides the class and ${LEAST_ROWS} rows are the least.`,
    );
  }
  const first = labels.subarray(0, Math.floor(rows / 10));
  if (first.every((label) => label === first[0])) {
    throw new DriftloopError(
      'REQUEST_INVALID',
      `${path}: the first tenth, on which the first version is trained, has class ${first[0]} only; it needs two.`,
    );
  }
  const hole = features.findIndex((value) => !Number.isFinite(value));
  if (hole >= 0) {
    throw new DriftloopError(
      'REQUEST_INVALID',
      `${path} line ${Math.floor(hole / width) + 2}: ${featureNames[hole % width]} is ${features[hole]}; leave such rows out.`,
    );
  }
  const data: LabelledRows = {
    rows,
    width,
    features,
    labels,
    weights: new Float32Array(rows).fill(1),
    eventTimes: Float64Array.from(labels, (_, row) => START_MS + row * INTERVAL_MS),
  };
  const classes = labels.reduce((most, label) => Math.max(most, label + 1), 2);
  return { name: basename(path), data, featureNames, classes };
}

/** Streams that are at hand, and what they are; see data/README.md. */
export const STREAMS: Readonly<Record<string, string>> = {
  elec: 'Elec2: 45,312 half-hours of an electricity market',
  weather: '18,159 days of weather, and whether it rained',
  cover: '30,000 plots of forest, and which of seven kinds of trees cover them',
};

/** Reads a stream that is at hand by its name, or a CSV file by its path. */
export async function readKnownStream(nameOrPath: string): Promise<Stream> {
  if (!(nameOrPath in STREAMS)) return readStream(nameOrPath);
  const path = fileURLToPath(new URL(`../../../data/${nameOrPath}.csv.gz`, import.meta.url));
  return { ...(await readStream(path)), name: nameOrPath };
}
