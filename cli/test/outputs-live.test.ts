import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually, type LiveCli, startLiveCli } from './support/live-cli.ts';

const MODELS = fileURLToPath(new URL('exported/models/', import.meta.url));
const TRAINED = 1_000;
/** From here on the truth is another. */
const CHANGED = 1_600;
const ROWS = 2_400;
/** Rows of a query, whose ids are alike. */
const ITEMS = 8;
/** Of row 0, and between two rows: the defaults of `register` and `produce`. */
const TIME_OF = (row: number) =>
  `toDateTime64('1996-05-07 00:00:00', 3, 'UTC') + INTERVAL ${1_800 * row} SECOND`;
let live: LiveCli;

before(async () => {
  live = await startLiveCli('outputs-live');
});
after(() => live.close());

interface Case {
  readonly model: string;
  /** File with what it answers to some rows. */
  readonly file: string;
  /** Columns with the truth. */
  readonly labels: readonly string[];
  /** Options of `spec` beside them. */
  readonly options: readonly string[];
  /** Truth of a row, by what the model answers to it. */
  truth(answer: readonly number[], noise: () => number, isChanged: boolean): readonly number[];
  /**
   * Of the rows. The newest fifth is the reference of labels: 200 rows, which by chance may be
   * better than all others. @default 7
   */
  readonly seed?: number;
  /** Output, figure and labels of each window since the change. */
  readonly figures: string;
  /** Outputs with what their figure begins with. */
  readonly told: readonly RegExp[];
}

const OUTPUTS = 'sum(labelled) AS labelled FROM driftloop.output_performance';
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
    figures: `output, round(avg(root_mean_squared_error), 1) AS figure, ${OUTPUTS}`,
    told: [/^days 5/, /^price (0.9|1)/],
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
    figures: `output, round(avg(accuracy), 1) AS figure, ${OUTPUTS}`,
    told: [/^new (0.9|1)/, /^old 0.[45]/, /^rich (0.9|1)/],
  },
  {
    model: 'range',
    file: 'outputs-quantiles',
    labels: ['price'],
    options: ['--quantiles', '0.1,0.5,0.9'],
    // With 7 these 200 rows are right by a seventh more than the rest.
    seed: 5,
    truth: ([low = 0, middle = 0, high = 0], noise, isChanged) => [
      middle + ((high - low) / 2.56) * (noise() + (isChanged ? 3 : 0)),
    ],
    figures: `output, round(avg(coverage), 1) AS figure, ${OUTPUTS}`,
    told: [/^p10 0$/, /^p50 0$/, /^p90 0/],
  },
  {
    model: 'hits',
    file: 'outputs-ranker',
    labels: ['relevance'],
    options: ['--task', 'ranking'],
    truth: ([score = 0], noise, isChanged) => [
      Math.max(0, Math.round(2 + (isChanged ? -3 : 3) * score + noise() / 2)),
    ],
    figures: `'score' AS output, round(avg(ndcg), 1) AS figure, sum(items) AS labelled FROM driftloop.ranking_performance`,
    // Right before, it is the best that there is: 1.
    told: [/^score 0.[5-7]/],
  },
];

/** Rows of a model's 20, over and over, with their truth. */
function tableOf({ model, file, labels, truth, seed: first = 7 }: Case): string {
  const { rows, answers } = JSON.parse(readFileSync(join(MODELS, `${file}.json`), 'utf8'));
  let seed = first;
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
    const id = `q${Math.floor(row / ITEMS)}/${row % ITEMS}`;
    return [id, ...values, ...truth(answers[at], normal, row >= CHANGED)].join(',');
  });
  const path = join(live.folder, `${model}.csv`);
  writeFileSync(path, `${['id', ...names, ...labels].join(',')}\n${lines.join('\n')}\n`);
  return path;
}

for (const one of CASES)
  test(`${one.model}: spec, register, produce; signals find what changed, views tell it by output`, {
    timeout: 150_000,
  }, async () => {
    const { model, labels, options } = one;
    const table = tableOf(one);
    const spec = join(live.folder, `${model}.json`);
    const label = ['--label', labels.join(','), '--id', 'id'];
    await live.driftloop('spec', '--model', model, '--csv', table, ...label, ...options, '--out', spec);
    const onnx = join(MODELS, `${one.file}.onnx`);
    const registered = await live.driftloop(
      ...['register', '--spec', spec, '--onnx', onnx, '--train', table, ...label],
      ...['--rows', `0:${TRAINED}`, '--json'],
    );
    assert.match(JSON.parse(registered.stdout).untrainable, /served and watched, not trained/);
    const produced = await live.driftloop(
      ...['produce', '--model', model, '--csv', table, ...label, '--rows', `${TRAINED}:`],
      ...['--label-delay', '20', '--json'],
    );
    assert.equal(JSON.parse(produced.stdout).labels, ROWS - TRAINED);

    const drifted = await eventually(async () => {
      const [found] = await live.ask<{ state: string; texts: string[] }>(
        `SELECT state, arrayMap(e -> e.6, evidence) AS texts FROM driftloop.verdicts WHERE model = '${model}' AND state = 'drift' ORDER BY sequence LIMIT 1`,
      );
      return found;
    });
    assert.ok(
      drifted.texts.some((text) => /mean error|wrong labels|error above the usual|errors changed/.test(text)),
      drifted.texts.join('\n'),
    );
    const before = await live.ask<{ detector: string }>(
      `SELECT detector, feature FROM driftloop.signals WHERE model = '${model}' AND drifted AND window_end <= ${TIME_OF(CHANGED)}`,
    );
    assert.deepEqual(before, []);
    const { outputs } = JSON.parse(readFileSync(spec, 'utf8'));
    const names = outputs.length > 0 ? outputs.map(({ name }: { name: string }) => name) : ['score'];
    const features = await eventually(async () => {
      const found = await live.ask<{ feature: string }>(
        `SELECT DISTINCT feature FROM driftloop.signals WHERE model = '${model}' AND signal = 'prediction' ORDER BY feature`,
      );
      return found.length >= names.length ? found : undefined;
    });
    assert.deepEqual(
      features.map(({ feature }) => feature),
      [...names].sort(),
    );
    const figures = await eventually(async () => {
      const rows = await live.ask<{ output: string; figure: number; labelled: string }>(
        `SELECT ${one.figures} WHERE model = '${model}' AND window_start >= ${TIME_OF(CHANGED)} GROUP BY output ORDER BY output`,
      );
      return rows.length === names.length && rows.every(({ labelled }) => Number(labelled) > 300)
        ? rows.map(({ output, figure }) => `${output} ${figure}`)
        : undefined;
    });
    one.told.forEach((figure, i) => {
      assert.match(figures[i] ?? '', figure);
    });
    const shown = JSON.parse((await live.driftloop('drift', '--model', model, '--outputs', '--json')).stdout);
    assert.deepEqual(
      [...new Set(shown.outputs.map(({ output }: { output: string }) => output))].sort(),
      [...names].sort(),
    );
    assert.deepEqual(await live.ask(`SELECT * FROM driftloop.dead_letters LIMIT 1`), []);
  });
