import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTable } from '@driftloop/cli';
import { DriftloopError } from '@driftloop/errors';
import type { LabelledRows } from '@driftloop/schemas';

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

/**
 * Reads a CSV file with a header, gzipped or not: numeric columns, the class last.
 *
 * @throws DriftloopError REQUEST_INVALID naming line and column of what cannot be read, or a class that is no integer from 0 on
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

/** Elec2: 45,312 half-hours; see data/README.md. */
export async function readElec(): Promise<Stream> {
  const path = fileURLToPath(new URL('../../../data/elec.csv.gz', import.meta.url));
  return { ...(await readStream(path)), name: 'Elec2' };
}
