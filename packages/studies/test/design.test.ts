import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Job, jobsOf, type Metrics } from '../src/design/jobs.ts';
import { samplesOf } from '../src/design/samples.ts';
import { sobolPoints } from '../src/design/sobol.ts';
import { checkStudy, type Study } from '../src/design/study.ts';

const study = (fields: object): Study =>
  checkStudy(
    { study: 's', parameters: { x: { from: 0, to: 1 } }, backtest: { model: 'm' }, ...fields },
    'f.yaml',
  );

test("Sobol points are Joe and Kuo's", () => {
  // The first points that https://web.maths.unsw.edu.au/~fkuo/sobol/ and scipy's qmc.Sobol give.
  assert.deepEqual(sobolPoints(7, 3), [
    [0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25],
    [0.25, 0.75, 0.75],
    [0.375, 0.375, 0.625],
    [0.875, 0.875, 0.125],
    [0.625, 0.125, 0.875],
    [0.125, 0.625, 0.375],
  ]);
});

test('every coordinate of 2^k - 1 Sobol points lies in a stratum of its own', () => {
  const points = sobolPoints(63, 12);
  for (let dimension = 0; dimension < 12; dimension++) {
    const strata = points.map((point) => Math.floor((point[dimension] ?? 0) * 64));
    assert.equal(new Set(strata).size, 63, `dimension ${dimension}`);
    assert.ok(!strata.includes(0));
  }
});

test('a Latin hypercube has one sample in each stratum of each parameter', () => {
  const samples = samplesOf(
    study({
      design: { kind: 'latinHypercube', samples: 50, seed: 3 },
      parameters: { x: { from: 0, to: 50 }, y: { from: 1, to: 1024, log: true } },
    }),
  );
  assert.equal(new Set(samples.map(({ x }) => Math.floor(Number(x)))).size, 50);
  assert.equal(new Set(samples.map(({ y }) => Math.floor(5 * Math.log2(Number(y))))).size, 50);
});

test('a grid has all values together, in order; ranges are cut into steps', () => {
  const samples = samplesOf(
    study({
      design: { kind: 'grid' },
      parameters: { a: ['x', true], n: { from: 1, to: 9, steps: 3, whole: true } },
    }),
  );
  assert.deepEqual(
    samples.map(({ a, n }) => [a, n]),
    [
      ['x', 1],
      ['x', 5],
      ['x', 9],
      [true, 1],
      [true, 5],
      [true, 9],
    ],
  );
});

test('the same seed gives the same samples, another one others', () => {
  const of = (seed: number) => samplesOf(study({ design: { kind: 'random', samples: 5, seed } }));
  assert.deepEqual(of(1), of(1));
  assert.notDeepEqual(of(1), of(2));
});

test('halving lets the best third go on with three times the rows, once all of a round are done', () => {
  const halving = study({
    design: { kind: 'halving', samples: 9, rounds: 3 },
    objectives: [{ of: 'loss', wanted: 'low' }],
  });
  const results = new Map<string, Metrics | null>();
  const jobs = () => jobsOf(halving, (id) => results.get(id));
  const idsOf = (round: number) =>
    jobs()
      .filter((job: Job) => job.round === round)
      .map(({ id }) => id);
  assert.deepEqual(
    jobs().map(({ share }) => share),
    new Array(9).fill(1 / 9),
  );
  for (const id of idsOf(0).slice(1)) results.set(id, { loss: Number(id.split('/')[1]) });
  assert.deepEqual(idsOf(1), []);
  results.set('0/0', null);
  assert.deepEqual(idsOf(1), ['1/1', '1/2', '1/3']);
  for (const id of idsOf(1)) results.set(id, { loss: -Number(id.split('/')[1]) });
  assert.deepEqual(
    jobs()
      .filter(({ round }) => round === 2)
      .map(({ id, share }) => [id, share]),
    [['2/3', 1]],
  );
});

test('steps run for each sample or once for all, after those that they name', () => {
  const steps = [
    { name: 'prepare', run: 'true', for: 'all' },
    { name: 'simulate', run: 'true', after: ['prepare'] },
    { name: 'collect', run: 'true', for: 'all', after: ['simulate'] },
  ];
  const { backtest: _, ...plain } = study({ design: { kind: 'grid' }, parameters: { x: [1, 2] } });
  const jobs = jobsOf(checkStudy({ ...plain, steps }, 'f'), () => undefined);
  assert.deepEqual(
    jobs.map(({ id, after }) => [id, after]),
    [
      ['prepare', []],
      ['simulate/0', ['prepare']],
      ['simulate/1', ['prepare']],
      ['collect', ['simulate/0', 'simulate/1']],
    ],
  );
});

test('what is wrong with a study file is named', () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ design: { kind: 'random' } }, /f.yaml: a random design needs design.samples/],
    [{ design: { kind: 'grid' } }, /parameters\/x is a range, of which a grid needs steps/],
    [{ design: { kind: 'dice', samples: 1 } }, /\/design/],
    [
      { design: { kind: 'random', samples: 1 }, steps: [{ name: 'a', run: 'true' }] },
      /either a backtest or steps/,
    ],
    [{ design: { kind: 'random', samples: 1 }, parameters: { x: { from: 2, to: 1 } } }, /x goes from 2 to 1/],
    [
      { design: { kind: 'random', samples: 1 }, parameters: { x: { from: 0, to: 1, log: true } } },
      /begins at 0/,
    ],
    [
      {
        design: { kind: 'grid' },
        parameters: { x: [1] },
        backtest: undefined,
        steps: [{ name: 'a', run: 'x', out: ['../b'] }],
      },
      /leaves '\.\.\/b', which is not in its folder/,
    ],
  ];
  for (const [fields, said] of cases) assert.throws(() => study(fields), said);
});

test('a study that nobody could hold is refused before it is planned', () => {
  const wide = (parameters: number, values: number) =>
    Object.fromEntries(
      Array.from({ length: parameters }, (_, i) => [`p${i}`, Array.from({ length: values }, (_, v) => v)]),
    );
  const steps = Array.from({ length: 11 }, (_, i) => ({ name: `s${i}`, run: 'true' }));
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ design: { kind: 'grid' }, parameters: wide(9, 9) }, /387420489 jobs/],
    [{ design: { kind: 'random', samples: 10_000 }, backtest: undefined, steps }, /110000 jobs/],
    [{ design: { kind: 'random', samples: 100_000 }, parameters: wide(21, 1) }, /2100000 values/],
    [
      { design: { kind: 'sobol', samples: 1 }, parameters: wide(13, 1) },
      /at most 12 parameters, this has 13/,
    ],
  ];
  for (const [fields, said] of cases) assert.throws(() => study(fields), said);
  study({ design: { kind: 'grid' }, parameters: wide(5, 10) });
});
