import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { LabelledRows } from '@driftloop/schemas';

/** Reads a gzipped CSV with a header, numeric columns and the label last, as rows `intervalMs` apart from `startMs` on. */
export function readStream(path: string | URL, startMs: number, intervalMs: number): LabelledRows {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n').slice(1);
  const width = (lines[0] ?? '').split(',').length - 1;
  const data: LabelledRows = {
    rows: lines.length,
    width,
    features: new Float32Array(lines.length * width),
    labels: new Float32Array(lines.length),
    weights: new Float32Array(lines.length).fill(1),
    eventTimes: Float64Array.from(lines, (_, row) => startMs + row * intervalMs),
  };
  lines.forEach((line, row) => {
    const values = line.split(',').map(Number);
    data.labels[row] = values.pop() ?? Number.NaN;
    data.features.set(values, row * width);
  });
  return data;
}

/** Elec2: 45,312 half-hours from 7 May 1996 on; see data/README.md. */
export function readElec(): LabelledRows {
  const path = new URL('../../../data/elec.csv.gz', import.meta.url);
  return readStream(path, Date.parse('1996-05-07T00:00:00Z'), 1_800_000);
}
