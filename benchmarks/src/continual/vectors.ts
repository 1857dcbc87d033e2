import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { LabelledRows } from '@driftloop/spec';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Mean and spread over Avalanche's five seeds. */
export interface PeerSummary {
  readonly acc_classIL_mean: number;
  readonly acc_classIL_std: number;
  readonly forgetting_classIL_mean: number | null;
  readonly seconds_mean: number;
}

export interface Protocol {
  readonly hyper: { readonly lr: number; readonly epochs_per_task: number; readonly batch: number };
  readonly summary: Readonly<Record<string, PeerSummary>>;
}

/** What of cl_digits.json the benchmark needs; vectors/README.md explains the file. */
export interface DigitsVectors {
  readonly tasks: readonly (readonly number[])[];
  readonly train_idx: readonly number[];
  readonly test_idx: readonly number[];
  readonly configs: { readonly A: Protocol; readonly B: Protocol };
  readonly permuted: Protocol & { readonly permutations: readonly (readonly number[])[] };
}

/**
 * Reads the splits, hyperparameters and figures that Avalanche was run with, from VECTORS_DIR or
 * the project's own folder.
 */
export function readVectors(): DigitsVectors {
  const folder = process.env.VECTORS_DIR ?? join(ROOT, 'vectors');
  return JSON.parse(readFileSync(join(folder, 'cl_digits.json'), 'utf8'));
}

/** The 1,797 digits of 8 × 8 pixels, scaled to 0..1, in the order of scikit-learn's load_digits. */
export function readDigits(): LabelledRows {
  const text = gunzipSync(readFileSync(join(ROOT, 'data/sklearn_digits.csv.gz'))).toString('utf8');
  const lines = text.trim().split('\n').slice(1);
  const width = 64;
  const features = new Float32Array(lines.length * width);
  const labels = new Float32Array(lines.length);
  lines.forEach((line, row) => {
    const values = line.split(',').map(Number);
    for (let i = 0; i < width; i++) features[row * width + i] = values[i]! / 16;
    labels[row] = values[width]!;
  });
  const weights = new Float32Array(lines.length).fill(1);
  return { rows: lines.length, width, features, labels, weights, eventTimes: new Float64Array(lines.length) };
}
