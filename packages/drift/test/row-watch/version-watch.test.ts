import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelSpec } from '@driftloop/schemas';
import { allocateRows } from '@driftloop/spec';
import { createRandom, type Random } from '@driftloop/stats';
import { buildReferenceProfile, type ReferenceProfile } from '../../src/index.ts';
import { answerClasses } from '../../src/row-watch/answer-classes.ts';
import { type RowAlarm, type VersionWatch, watchVersion } from '../../src/row-watch/version-watch.ts';
import { watchedColumns } from '../../src/row-watch/watched-columns.ts';
import type { WatchedRow } from '../../src/row-watch/watched-rows.ts';
import { specOf } from '../fixtures.ts';

/** A world: what is true of a row, and what the model says; `turned` is another truth. */
interface World {
  readonly spec: ModelSpec;
  readonly profile: ReferenceProfile;
  draw(random: Random, turned: boolean): { row: Float64Array; predicted: number; label: number };
}

const REFERENCE = 2_000;

function worldOf(
  task: 'binary' | 'multiclass' | 'regression',
  width: number,
  truth: (row: Float64Array, noise: number, turned: boolean) => number,
): World {
  const classes = { binary: 2, multiclass: 20, regression: 0 }[task];
  const spec: ModelSpec = { ...specOf({ numeric: width }), task, classes };
  const random = createRandom(`${task}/${width}`);
  const draw = (from: Random, turned: boolean) => {
    const row = Float64Array.from({ length: width }, () => Math.fround(from.normal()));
    return { row, predicted: truth(row, 0, false), label: truth(row, from.normal(), turned) };
  };
  const data = allocateRows(REFERENCE, width);
  const outputs = new Float32Array(REFERENCE * Math.max(1, classes));
  for (let i = 0; i < REFERENCE; i++) {
    const { row, predicted, label } = draw(random, false);
    data.features.set(row, i * width);
    data.labels[i] = label;
    if (classes > 0) outputs[i * classes + predicted] = 1;
    else outputs[i] = predicted;
  }
  return { spec, profile: buildReferenceProfile({ spec, data, outputs }), draw };
}

/** Rows of a world whose truth turns at a row. */
function* rowsOf(
  { profile, draw }: World,
  seed: number,
  rows: number,
  turnAt: number,
): Generator<WatchedRow> {
  const random = createRandom(seed);
  const { columns } = watchedColumns(profile);
  const classes = answerClasses(profile);
  for (let i = 0; i < rows; i++) {
    const { row, predicted, label } = draw(random, i >= turnAt);
    const classed = classes.of({ predicted, label });
    assert.ok(classed);
    const features = Float64Array.from(columns, ({ slot }) => row[slot] ?? Number.NaN);
    yield {
      version: 1,
      eventTime: 1_000 * i,
      requestPartition: i % 2,
      requestOffset: i,
      ...classed,
      columns,
      features,
    };
  }
}

function alarmsOf(watch: VersionWatch, rows: Iterable<WatchedRow>): (RowAlarm & { row: number })[] {
  const alarms: (RowAlarm & { row: number })[] = [];
  for (const row of rows) {
    const alarm = watch.take(row);
    if (alarm) alarms.push({ ...alarm, row: row.requestOffset });
  }
  return alarms;
}

const near = (x: number) => Math.max(0, Math.min(19, Math.floor(10 + 4 * x)));
const WORLDS: Readonly<Record<string, World>> = {
  binary: worldOf('binary', 3, ([a = 0, b = 0], noise, turned) => Number((turned ? b : a) + 0.3 * noise > 0)),
  'twenty classes': worldOf('multiclass', 3, ([a = 0, b = 0], noise, turned) =>
    near((turned ? b : a) + 0.1 * noise),
  ),
  regression: worldOf(
    'regression',
    3,
    ([a = 0, b = 0], noise, turned) => (turned ? a + 2 * b : a) + 0.5 * noise,
  ),
  'a hundred columns': worldOf('binary', 100, ([a = 0, b = 0], noise, turned) =>
    Number((turned ? b : a) + 0.3 * noise > 0),
  ),
  'free text only': {
    ...worldOf('binary', 1, ([a = 0], noise, turned) => Number((turned ? -a : a) + 0.3 * noise > 0)),
  },
};

for (const [name, world] of Object.entries(WORLDS)) {
  test(`${name}: a truth that turns is found, dated and told in words, and hardly ever before it does`, () => {
    let early = 0;
    for (const seed of [2, 3, 4, 5]) {
      const alarms = alarmsOf(watchVersion(world.profile, 50_000), rowsOf(world, seed, 2_500, 2_000));
      early += alarms.filter(({ row }) => row < 2_000).length;
      const first = alarms.find(({ row }) => row >= 2_000);
      assert.ok(first && first.row < 2_250, `seed ${seed}: found at ${first?.row}`);
      assert.ok(first.evidence >= first.budget);
      const { at, from, to } = first.changePoint;
      assert.ok(Math.abs(at - 2_000_000) <= 100_000, `dated ${at}`);
      assert.ok(from <= at && at <= to);
      assert.match(
        first.detail,
        /^(labels|residuals|errors)[^,;]* changed \(\d+ % of the evidence\).*; since 1970-01-01T00:3/,
      );
      assert.doesNotMatch(first.detail, /undefined|NaN/);
    }
    // One in 50,000 rows is promised, and there are 8,000.
    assert.ok(early <= 1, `${early} alarms before the turn`);
  });
}

test('goes on identically from a state saved at any row, through JSON', () => {
  const world = WORLDS.binary as World;
  const rows = [...rowsOf(world, 7, 900, 500)];
  const budget = 20;
  const expected = alarmsOf(watchVersion(world.profile, budget), rows);
  assert.ok(expected.length >= 3, `${expected.length} alarms`);
  for (let point = 0; point <= rows.length; point += 45) {
    const before = watchVersion(world.profile, budget);
    const alarms = alarmsOf(before, rows.slice(0, point));
    const saved = JSON.parse(JSON.stringify(before.save()));
    const after = watchVersion(world.profile, budget, saved);
    assert.deepEqual(
      [...alarms, ...alarmsOf(after, rows.slice(point))],
      expected,
      `saved after ${point} rows`,
    );
  }
});

test('a label that comes again counts once, also after a restart', () => {
  const world = WORLDS.binary as World;
  const rows = [...rowsOf(world, 8, 700, 400)];
  const budget = 20;
  const expected = alarmsOf(watchVersion(world.profile, budget), rows);
  const twice = rows.flatMap((row, i) => [row, ...(i > 50 ? [rows[i - 50] as WatchedRow] : []), row]);
  const before = watchVersion(world.profile, budget);
  const half = 1_000;
  const alarms = alarmsOf(before, twice.slice(0, half));
  const after = watchVersion(world.profile, budget, before.save());
  assert.deepEqual([...alarms, ...alarmsOf(after, twice.slice(half))], expected);
});

test('a state of other columns is left, and the watch starts afresh', () => {
  const saved = watchVersion((WORLDS.binary as World).profile, 50).save();
  const other = WORLDS['a hundred columns'] as World;
  const rows = [...rowsOf(other, 1, 300, 100)];
  assert.deepEqual(
    alarmsOf(watchVersion(other.profile, 50, saved), rows),
    alarmsOf(watchVersion(other.profile, 50), rows),
  );
});
