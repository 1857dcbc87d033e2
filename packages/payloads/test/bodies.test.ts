import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelSpec } from '@driftloop/schemas';
import { requestRows } from '../src/bodies/request-rows.ts';
import { responseAnswers } from '../src/bodies/response-answers.ts';
import { numeric, specOf } from './specs.ts';

const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const iris = specOf({ task: 'multiclass', classes: 3, features: ['a', 'b'].map((name) => numeric(name)) });
const loans = specOf({
  task: 'binary',
  classes: 2,
  classNames: ['no', 'yes'],
  features: [
    numeric('age'),
    { name: 'job', kind: 'categorical', allowMissing: true, categories: ['clerk', 'cook'] },
  ],
});
const price = specOf({ task: 'regression', classes: 0, features: [numeric('a', true)] });

const rowsOf = (body: unknown, spec: ModelSpec) =>
  requestRows(bytes(body), spec).map(({ features, numbers, texts }) =>
    features.length > 0 ? [...features] : { ...numbers, ...texts },
  );
const answersOf = (body: unknown, spec: ModelSpec) =>
  responseAnswers(bytes(body), spec).answers.map(({ outputs, predicted, predictedName }) => [
    [...outputs],
    predicted ?? predictedName,
  ]);

test('rows by place and by name, in each protocol', () => {
  const rows = [
    [1, 2],
    [3, 4],
  ];
  const v2 = (name: string, shape: number[], data: unknown) => ({ name, shape, datatype: 'FP32', data });
  const bodies = [
    { instances: rows },
    {
      instances: [
        { b: 2, a: 1, other: 9 },
        { a: 3, b: '4' },
      ],
    },
    { id: 'x', inputs: [v2('input-0', [2, 2], rows)] },
    { inputs: [v2('input-0', [2, 2], [1, 2, 3, 4])] },
    { inputs: [v2('b', [2], [2, 4]), v2('a', [2, 1], [[1], [3]])] },
    {
      data: {
        names: ['b', 'a'],
        ndarray: [
          [2, 1],
          [4, 3],
        ],
      },
    },
    { data: { names: ['t:0', 't:1'], ndarray: rows } },
    { data: { tensor: { shape: [2, 2], values: [1, 2, 3, 4] } } },
    // MLflow's scoring server (mlflow.org/docs/latest/ml/deployment/deploy-model-locally).
    {
      dataframe_split: {
        index: [0, 1],
        columns: ['b', 'a'],
        data: [
          [2, 1],
          [4, 3],
        ],
      },
    },
    {
      dataframe_records: [
        { a: 1, b: 2 },
        { b: 4, a: 3 },
      ],
    },
    { inputs: rows },
  ];
  for (const body of bodies) assert.deepEqual(rowsOf(body, iris), rows, JSON.stringify(body));
});

test('categories go by name, and what is missing is left out', () => {
  assert.deepEqual(rowsOf({ instances: [[31, 'clerk'], { age: 40, job: null }] }, loans), [
    { age: 31, job: 'clerk' },
    { age: 40 },
  ]);
  assert.deepEqual(rowsOf({ instances: [null, 1] }, price), [[Number.NaN], [1]]);
});

test('answers as classes, names, probabilities, both, and values', () => {
  assert.deepEqual(answersOf({ predictions: [1, 1] }, iris), [
    [[], 1],
    [[], 1],
  ]);
  assert.deepEqual(answersOf({ predictions: [['yes'], 'no'] }, loans), [
    [[], 'yes'],
    [[], 'no'],
  ]);
  assert.deepEqual(answersOf({ predictions: [[0.25, 0.75], 0.5, true] }, loans), [
    [[0.25, 0.75], undefined],
    [[0.5], undefined],
    [[], 1],
  ]);
  const outputs = [
    { name: 'probabilities', shape: [1, 3], datatype: 'FP32', data: [0.5, 0.25, 0.25] },
    { name: 'label', shape: [1], datatype: 'INT64', data: [2] },
  ];
  assert.deepEqual(answersOf({ model_version: '7', outputs }, iris), [[[0.5, 0.25, 0.25], 2]]);
  assert.equal(responseAnswers(bytes({ model_version: '7', outputs }), iris).version, '7');
  assert.deepEqual(answersOf({ data: { names: ['proba'], ndarray: [[0.5]] } }, loans), [[[0.5], undefined]]);
  assert.deepEqual(answersOf({ predictions: [2, [2.5]] }, price), [
    [[2], undefined],
    [[2.5], undefined],
  ]);
});

test('what does not fit is refused, and says what would', () => {
  const wrong: readonly [unknown, ModelSpec, string, RegExp][] = [
    ['{', iris, 'PAYLOAD_INVALID', /is not JSON/],
    [{ rows: [] }, iris, 'PAYLOAD_INVALID', /none of 'instances'/],
    [{ instances: [] }, iris, 'PAYLOAD_INVALID', /has no rows/],
    [{ instances: [[1, 2, 3]] }, iris, 'FEATURES_WRONG_LENGTH', /3 columns, model 'm' has 2: a, b/],
    [{ instances: [{ a: 1 }] }, iris, 'FEATURE_NOT_FINITE', /Row 0: Feature 'b' is NaN/],
    [{ instances: [['x', 1]] }, iris, 'PAYLOAD_INVALID', /has "x" in column 'a' of row 0/],
    [
      { inputs: [{ name: 'a', shape: [2], data: [1] }] },
      iris,
      'PAYLOAD_INVALID',
      /1 values in tensor 'a' of shape \[2\]/,
    ],
    [{ inputs: [{ name: 'a', shape: [2] }] }, iris, 'PAYLOAD_INVALID', /no JSON data in tensor 'a'/],
    [{ data: { strData: 'x' } }, iris, 'PAYLOAD_INVALID', /neither 'ndarray' nor 'tensor'/],
  ];
  for (const [body, spec, code, message] of wrong)
    assert.throws(() => requestRows(bytes(body), spec), { code, message }, JSON.stringify(body));
  for (const [body, message] of [
    [{ error: 'down' }, /none of 'predictions'/],
    [{ predictions: [{ classes: ['a'] }] }, /objects as predictions/],
    [
      { outputs: [{ name: 'y', shape: [1, 7], data: [1, 2, 3, 4, 5, 6, 7] }] },
      /nor of 3 probabilities: y \[1, 7\]/,
    ],
  ] as const)
    assert.throws(() => responseAnswers(bytes(body), iris), { code: 'PAYLOAD_INVALID', message });
});

test('several outputs come as a list, as one tensor, or as one tensor each by its name', () => {
  const spec = specOf({
    task: 'regression',
    classes: 0,
    features: [numeric('a')],
    outputs: [{ name: 'price' }, { name: 'days' }],
  });
  const two = [
    [[1, 2], undefined],
    [[3, 4], undefined],
  ];
  const tensor = (name: string, shape: number[], data: unknown) => ({ name, shape, datatype: 'FP32', data });
  for (const body of [
    {
      predictions: [
        [1, 2],
        [3, 4],
      ],
    },
    { outputs: [tensor('output-0', [2, 2], [1, 2, 3, 4])] },
    { outputs: [tensor('days', [2], [2, 4]), tensor('price', [2, 1], [1, 3])] },
  ])
    assert.deepEqual(answersOf(body, spec), two, JSON.stringify(body));
  assert.throws(() => answersOf({ outputs: [tensor('price', [2, 1], [1, 3])] }, spec), {
    code: 'PAYLOAD_INVALID',
    message: /nor one of one for each of price, days: price \[2, 1\]/,
  });
  // A whole number is a score, and no class.
  const ranking = specOf({ task: 'ranking', classes: 0, features: [numeric('a')] });
  assert.deepEqual(answersOf({ predictions: [3] }, ranking), [[[3], undefined]]);
});

test('numbers of an embedding lie in a list of their own, or in a row one after the other', () => {
  const picture = { name: 'picture', kind: 'embedding', allowMissing: false, size: 3 } as const;
  const spec = specOf({ task: 'binary', classes: 2, features: [numeric('age'), picture] });
  const alone = specOf({ task: 'binary', classes: 2, features: [{ ...picture, size: 1 }] });
  const named = (body: unknown, of = spec) =>
    requestRows(bytes(body), of).map(({ numbers, vectors }) => [numbers, vectors]);
  const row = [{ age: 30 }, { picture: Float32Array.of(0.5, 0.25, 1) }];
  const flat = [30, 0.5, 0.25, 1];
  for (const body of [
    { instances: [flat] },
    { instances: [[30, [0.5, 0.25, 1]]] },
    { inputs: [{ name: 'input-0', shape: [1, 4], datatype: 'FP32', data: flat }] },
    { data: { ndarray: [flat] } },
  ])
    assert.deepEqual(named(body), [row], JSON.stringify(body));
  for (const body of [{ instances: [[2]] }, { instances: [[[2]]] }])
    assert.deepEqual(named(body, alone), [[{}, { picture: Float32Array.of(2) }]]);
  assert.throws(() => named({ instances: [[30, 0.5]] }), {
    code: 'PAYLOAD_INVALID',
    message: /0\.5 in column 'picture' of row 0, which the spec has as an embedding/,
  });
  assert.throws(() => named({ instances: [[30, 0.5, 1]] }), {
    code: 'FEATURES_WRONG_LENGTH',
    message: /has 3 columns, model 'm' has 4: age, picture \(3 numbers\)/,
  });
});

test('no body ends the service: what cannot be walked, kept or allocated is refused', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const half = '"\\ud800"';
  const noText = '{"toString": 1, "valueOf": 1}';
  const requests: [string, RegExp][] = [
    [`{"instances": [${deep}]}`, /64 deep/],
    [`{"inputs": [{"name": "a", "shape": [1], "data": ${deep}}]}`, /64 deep/],
    [`{"instances": [{"age": 1, "job": ${noText}}]}`, /column 'job' of row 0.* as text/],
    [`{"instances": [{"age": 1, "job": ["cook"]}]}`, /column 'job' of row 0.* as text/],
    [`{"instances": [{"age": 1, "job": ${half}}]}`, /half a character/],
    ['{"inputs": [{"name": "a", "shape": [5000000000, 0], "data": []}]}', /0 values in tensor 'a'/],
    ['{"data": {"tensor": {"shape": [5000000000], "values": []}}}', /0 values in 'tensor'/],
    ['{"data": {"tensor": {"shape": [2, 2], "values": [1, 2, 3]}}}', /3 values in 'tensor'/],
  ];
  for (const [body, reason] of requests)
    assert.throws(() => requestRows(bytes(body), loans), { code: 'PAYLOAD_INVALID', message: reason }, body);
  const responses: [string, RegExp][] = [
    [`{"predictions": [${deep}]}`, /64 deep/],
    [`{"predictions": [${half}]}`, /half a character/],
    ['{"data": {"tensor": {"shape": [5000000000], "values": []}}}', /0 values in 'tensor'/],
  ];
  for (const [body, reason] of responses)
    assert.throws(
      () => responseAnswers(bytes(body), loans),
      { code: 'PAYLOAD_INVALID', message: reason },
      body,
    );
  // Names that are no text are no names; whole characters and brackets in texts are taken.
  assert.deepEqual(rowsOf(`{"data": {"names": [${noText}], "ndarray": [[1, 2]]}}`, iris), [[1, 2]]);
  const taken = `{"instances": [{"age": 1, "job": "\\ud83d\\ude00${'['.repeat(100)}\\"\\\\ud800"}]}`;
  assert.deepEqual(rowsOf(taken, loans), [{ age: 1, job: `\u{1f600}${'['.repeat(100)}"\\ud800` }]);
});
