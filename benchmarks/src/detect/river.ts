import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pythonEnvironment } from '../harness/python-environment.ts';
import type { Answers } from './prequential.ts';
import { ROWS } from './streams.ts';

const run = promisify(execFile);
const STREAMS = fileURLToPath(new URL('../../../.driftloop/cache/river-streams', import.meta.url));
const SCRIPT = fileURLToPath(new URL('peer/river_streams.py', import.meta.url));
/** The environment of `bench drift`. */
const PACKAGES = ['river==0.26.1', 'scipy==1.17.1', 'numpy==2.4.6'];

/** Per feature of river's generators the number of its categories, 0 for a number. */
const CATEGORIES: Readonly<Record<string, readonly number[]>> = {
  SEA: [0, 0, 0],
  STAGGER: [3, 3, 3],
  RandomRBF: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  Agrawal: [0, 0, 0, 5, 20, 9, 0, 0, 0],
  Hyperplane: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
};

/** Has river make its streams, once: about four minutes for 30 seeds. */
export async function makeRiverStreams(seeds: number): Promise<void> {
  await mkdir(STREAMS, { recursive: true });
  await run(await pythonEnvironment(PACKAGES), [SCRIPT, STREAMS, '1', String(seeds)], { maxBuffer: 2 ** 26 });
}

/**
 * A stream of river's with the answers of its Hoeffding tree, which learns from every label at
 * once.
 */
export async function riverAnswers(generator: string, seed: number): Promise<Answers> {
  const categories = CATEGORIES[generator] ?? [];
  const width = categories.length;
  const bytes = await readFile(join(STREAMS, `${generator}-${seed}.f32`));
  const columns = width + 3;
  if (bytes.byteLength !== 4 * columns * ROWS)
    throw new Error(
      `${generator}-${seed}.f32 in ${STREAMS} is not ${ROWS} rows of ${columns} numbers: delete it.`,
    );
  const features = new Float64Array(ROWS * width);
  const labels = new Uint8Array(ROWS);
  const predicted = new Uint8Array(ROWS);
  const confidence = new Float32Array(ROWS);
  for (let row = 0; row < ROWS; row++) {
    const at = (column: number) => bytes.readFloatLE(4 * (row * columns + column));
    for (let f = 0; f < width; f++) features[row * width + f] = at(f);
    predicted[row] = at(width + 1);
    labels[row] = at(width + 2);
    confidence[row] = predicted[row] === 1 ? at(width) : 1 - at(width);
  }
  return { rows: { categories, width, features, labels }, predicted, confidence };
}
