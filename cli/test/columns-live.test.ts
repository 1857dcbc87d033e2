import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually, type LiveCli, startLiveCli } from './support/live-cli.ts';

const MODEL = fileURLToPath(new URL('exported/models/columns-text-and-others.onnx', import.meta.url));
const TRAINED = 600;
const ROWS = 1_000;
let live: LiveCli;

before(async () => {
  live = await startLiveCli('columns-live');
});
after(() => live.close());

const GOOD = ['great', 'friendly', 'quick', 'thanks', 'lovely'];
const BAD = ['late', 'broken', 'refund', 'angry', 'schlecht'];
const FILL = ['the', 'order', 'was', 'and', 'service', 'today', 'größe'];

/** Rows of a table; from `drifted` on, every third text has a word that was in none before. */
function writeTable(path: string, drifted: number): void {
  // A sequence that looks random, the same in every run.
  let state = 5;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const pick = <T>(words: readonly T[]) => words[Math.floor(uniform() * words.length)] as T;
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const isGood = uniform() < 0.5;
    const review = [...Array.from({ length: 6 }, () => pick(FILL)), pick(isGood ? GOOD : BAD), `n${row}`];
    if (row >= drifted && row % 3 === 0) review.push('abofalle');
    const vector = Array.from({ length: 4 }, () => uniform() - 0.5);
    const at = new Date(Date.UTC(2024, 0, 1) + row * 60_000).toISOString();
    const Age = 18 + Math.floor(60 * uniform());
    const city = pick(['Basel', 'Bern', 'Zürich']);
    return JSON.stringify({ at, review: review.join(' '), Age, city, vector, answer: isGood ? 'yes' : 'no' });
  });
  writeFileSync(path, `${lines.join('\n')}\n`);
}

test('free texts and vectors go from a table to answers, are stored, and their drift is told in words', async () => {
  const table = join(live.folder, 'reviews.jsonl');
  const spec = join(live.folder, 'reviews.json');
  writeTable(table, TRAINED + 100);
  const named = ['--label', 'answer', '--time', 'at'];
  const guessed = await live.driftloop('spec', '--model', 'reviews', '--csv', table, ...named, '--out', spec);
  assert.match(guessed.stderr, /'review' is free text/);
  assert.match(guessed.stderr, /'vector' is an embedding of 4 numbers/);
  const written = JSON.parse(readFileSync(spec, 'utf8'));
  writeFileSync(spec, JSON.stringify({ ...written, retrain: { ...written.retrain, enabled: false } }));
  const registered = await live.driftloop(
    ...['register', '--spec', spec, '--onnx', MODEL, '--train', table, ...named],
    ...['--rows', `0:${TRAINED}`, '--json'],
  );
  assert.equal(JSON.parse(registered.stdout).version, 1);
  const produced = await live.driftloop(
    ...['produce', '--model', 'reviews', '--csv', table, ...named, '--rows', `${TRAINED}:`],
    ...['--label-delay', '20', '--json'],
  );
  assert.equal(JSON.parse(produced.stdout).requests, ROWS - TRAINED);
  const right = await eventually(async () => {
    const [row] = await live.ask<{ named: string; right: string }>(
      `SELECT countIf(label_name != '' AND predicted_name != '') AS named, countIf(label_name = predicted_name) AS right FROM driftloop.answers WHERE model = 'reviews' AND role = 'live'`,
    );
    return Number(row?.named) === ROWS - TRAINED ? Number(row?.right) : undefined;
  });
  assert.ok(right > 0.6 * (ROWS - TRAINED), `${right} right`);
  const [stored] = await eventually(async () => {
    const found = await live.ask<{ texts: Record<string, string>; vectors: Record<string, number[]> }>(
      `SELECT texts, vectors FROM driftloop.requests WHERE model = 'reviews' ORDER BY event_time LIMIT 1`,
    );
    return found.length > 0 ? found : undefined;
  });
  assert.deepEqual(Object.keys(stored?.texts ?? {}).sort(), ['city', 'review']);
  assert.equal(stored?.vectors.vector?.length, 4);
  const [drift] = await eventually(async () => {
    const found = await live.ask<{ feature: string; detail: string }>(
      `SELECT feature, detail FROM driftloop.signals WHERE model = 'reviews' AND detector = 'words' AND drifted ORDER BY window_start LIMIT 1`,
    );
    return found.length > 0 ? found : undefined;
  });
  assert.match(drift?.detail ?? '', /'abofalle…?' is in \d\d % of review, [01] % in the reference/);
  assert.equal(drift?.feature, 'review');
  assert.deepEqual(await live.ask(`SELECT * FROM driftloop.dead_letters LIMIT 1`), []);
});
