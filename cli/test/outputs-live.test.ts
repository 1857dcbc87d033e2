import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type TestStack, testStack } from '@driftloop/local';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const MODELS = fileURLToPath(new URL('exported/models/', import.meta.url));
const TRAINED = 1_000;
/** From here on the truth is another. */
const CHANGED = 1_600;
const ROWS = 2_400;
let stack: TestStack;
let folder: string;

before(async () => {
  stack = await testStack();
  folder = mkdtempSync(join(tmpdir(), 'outputs-live-'));
  await driftloop('up', '--prefix', stack.topicPrefix, '--port', '0');
});
after(async () => {
  await driftloop('down');
  rmSync(folder, { recursive: true });
  await stack.release();
});

/** Runs a command; one that fails fails the test with what it said. */
function driftloop(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const given = args[0] === 'spec' ? args : [...args, '--data', folder];
  const env = { ...process.env, ...stack.env };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [MAIN, ...given], { env }, (error, stdout, stderr) =>
      error
        ? reject(new Error(`driftloop ${args.join(' ')}: ${stdout}${stderr}`))
        : resolve({ stdout, stderr }),
    );
  });
}

async function ask<Row>(sql: string): Promise<Row[]> {
  const database = `driftloop_${stack.topicPrefix.replaceAll(/\W/g, '')}`;
  const response = await fetch(stack.env.CLICKHOUSE_URL, {
    method: 'POST',
    body: `${sql.replaceAll('driftloop.', `${database}.`)} FORMAT JSONEachRow`,
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

interface Case {
  readonly model: string;
  /** File with what it answers to some rows. */
  readonly file: string;
  /** Columns with the truth, and options of `spec`. */
  readonly labels: readonly string[];
  readonly options: readonly string[];
  /** Truth of a row, by what the model answers to it. */
  truth(answer: readonly number[], noise: () => number, isChanged: boolean): readonly number[];
  /** Its own view, and what it says for each output before and after the change. */
  readonly columns: string;
  readonly outputs: readonly string[];
}

const CASES: readonly Case[] = [
  {
    model: 'delivery',
    file: 'outputs-linear',
    labels: ['price', 'days'],
    options: [],
    truth: ([price = 0, days = 0], noise, isChanged) => [
      price + noise(),
      days + noise() + (isChanged ? 5 : 0),
    ],
    columns: 'round(avg(root_mean_squared_error), 1) AS figure',
    outputs: ['days 5.', 'price 0.'],
  },
  {
    model: 'tags',
    file: 'outputs-rest',
    labels: ['new', 'old', 'rich'],
    options: [],
    truth: (answer, noise, isChanged) =>
      answer.map((probability, i) =>
        Number(probability >= 0.5 !== (noise() > 1.7 || (isChanged && i === 1 && noise() > 0))),
      ),
    columns: 'round(avg(accuracy), 1) AS figure',
    outputs: ['new 0.9|new 1', 'old 0.5', 'rich 0.9|rich 1'],
  },
  {
    model: 'range',
    file: 'outputs-quantiles',
    labels: ['price'],
    options: ['--quantiles', '0.1,0.5,0.9'],
    truth: ([low = 0, middle = 0, high = 0], noise, isChanged) => [
      middle + ((high - low) / 2.56) * (noise() + (isChanged ? 3 : 0)),
    ],
    columns: 'round(avg(coverage), 1) AS figure',
    outputs: ['p10 0', 'p50 0', 'p90 0'],
  },
];

/** Rows of a model's 20, over and over, with their truth. */
function tableOf({ model, file, labels, truth }: Case): string {
  const { rows, answers } = JSON.parse(readFileSync(join(MODELS, `${file}.json`), 'utf8'));
  let seed = 7;
  /** Uniform on [0, 1): Park and Miller's generator. */
  const uniform = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const names = Object.keys(rows);
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const at = Math.floor(uniform() * answers.length);
    const values = names.map((name) => rows[name][at]);
    return [...values, ...truth(answers[at], normal, row >= CHANGED)].join(',');
  });
  const path = join(folder, `${model}.csv`);
  writeFileSync(path, `${[...names, ...labels].join(',')}\n${lines.join('\n')}\n`);
  return path;
}

for (const one of CASES)
  test(`${one.model}: spec, register, produce; signals find what changed, views tell it by output`, async () => {
    const { model, labels, options } = one;
    const table = tableOf(one);
    const spec = join(folder, `${model}.json`);
    const label = ['--label', labels.join(',')];
    await driftloop('spec', '--model', model, '--csv', table, ...label, ...options, '--out', spec);
    const onnx = join(MODELS, `${one.file}.onnx`);
    const registered = await driftloop(
      ...['register', '--spec', spec, '--onnx', onnx, '--train', table, ...label],
      ...['--rows', `0:${TRAINED}`, '--json'],
    );
    assert.match(JSON.parse(registered.stdout).untrainable, /served and watched, not trained/);
    const produced = await driftloop(
      ...['produce', '--model', model, '--csv', table, ...label, '--rows', `${TRAINED}:`],
      ...['--label-delay', '20', '--json'],
    );
    assert.equal(JSON.parse(produced.stdout).labels, ROWS - TRAINED);

    const drifted = await eventually(async () => {
      const [found] = await ask<{ state: string; texts: string[] }>(
        `SELECT state, arrayMap(e -> e.6, evidence) AS texts FROM driftloop.verdicts WHERE model = '${model}' AND state = 'drift' ORDER BY sequence LIMIT 1`,
      );
      return found;
    });
    assert.ok(
      drifted.texts.some((text) => /mean error|wrong labels|error above the usual/.test(text)),
      drifted.texts.join('\n'),
    );
    const before = await ask<{ detector: string }>(
      `SELECT detector FROM driftloop.signals WHERE model = '${model}' AND drifted AND window_end <= (SELECT min(window_start) + INTERVAL ${(CHANGED - TRAINED - 400) * 1_800} SECOND FROM driftloop.signals WHERE model = '${model}')`,
    );
    assert.deepEqual(before, []);
    const features = await ask<{ feature: string }>(
      `SELECT DISTINCT feature FROM driftloop.signals WHERE model = '${model}' AND signal = 'prediction' ORDER BY feature`,
    );
    const names = JSON.parse(readFileSync(spec, 'utf8')).outputs.map(({ name }: { name: string }) => name);
    assert.deepEqual(
      features.map(({ feature }) => feature),
      [...names].sort(),
    );
    const figures = await eventually(async () => {
      const rows = await ask<{ output: string; figure: number; labelled: string }>(
        `SELECT output, ${one.columns}, sum(labelled) AS labelled FROM driftloop.output_performance WHERE model = '${model}'
         AND window_start >= (SELECT max(event_time) FROM driftloop.requests WHERE model = '${model}') - INTERVAL ${(ROWS - CHANGED) * 1_800} SECOND
         GROUP BY output ORDER BY output`,
      );
      return rows.length === names.length && rows.every(({ labelled }) => Number(labelled) > 300)
        ? rows.map(({ output, figure }) => `${output} ${figure}`)
        : undefined;
    });
    figures.forEach((figure, i) => {
      const wanted = one.outputs[i] ?? '';
      assert.ok(
        wanted.split('|').some((start) => figure.startsWith(start)),
        `${figure} is not ${wanted}`,
      );
    });
    assert.deepEqual(await ask(`SELECT * FROM driftloop.dead_letters LIMIT 1`), []);
  });

/** What a look gives at last; looks again while it gives nothing. */
async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(200);
  }
}
