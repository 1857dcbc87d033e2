import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, ModelSpec } from '@driftloop/schemas';
import fc from 'fast-check';
import { newModel } from '../../src/ensemble/state.ts';
import { createEnsemble, ENSEMBLE_FORMAT, WINDOW_TESTS } from '../../src/index.ts';
import { specOf } from '../spec-of.ts';

/** Any double, the odd ones often. */
const double = fc.oneof(
  fc.double(),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    Number.MIN_VALUE,
    -0,
    1e200,
  ),
);
const nullable = fc.option(double);

/** A window's results as the log may hold them; windows follow each other. */
const window = fc.record({
  signal: fc.constantFrom('data' as const, 'prediction' as const, 'concept' as const),
  version: fc.integer({ min: 1, max: 2 }),
  items: fc.array(
    fc.record({
      detector: fc.constantFrom('accuracy', 'mean', 'ks', 'chi2', 'missing', 'shadow', 'lag', 'adwin'),
      feature: fc.constantFrom('', 'f0', 'c'),
      statistic: double,
      pValue: nullable,
      threshold: double,
      expected: nullable,
      severity: double,
      drifted: fc.boolean(),
      rival: fc.option(fc.integer({ min: 1, max: 5 })),
      eValue: nullable,
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

type Told = Omit<
  DriftSignal,
  | 'model'
  | 'version'
  | 'windowStart'
  | 'windowEnd'
  | 'signal'
  | 'detail'
  | 'n'
  | 'changePoint'
  | 'ordinal'
  | 'total'
  | 'late'
  | 'ahead'
  | 'through'
>;

function signalsOf(
  windows: readonly {
    readonly signal: DriftSignal['signal'];
    readonly version: number;
    readonly items: readonly Told[];
  }[],
): DriftSignal[] {
  return windows.flatMap(({ signal, version, items }, w) =>
    items.map(
      (item, ordinal): DriftSignal => ({
        model: 'm',
        version,
        windowStart: w * 1000,
        windowEnd: (w + 1) * 1000,
        signal,
        detail: '',
        n: 100,
        changePoint: null,
        ordinal,
        total: items.length,
        late: 0,
        ahead: 0,
        through: [],
        ...item,
      }),
    ),
  );
}

for (const task of ['binary', 'regression'] as const) {
  test(`${task}: no number in a signal makes the state that is restored another one`, () => {
    const policy = fc.oneof(fc.constant(100), fc.double({ min: 1, noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(fc.array(window, { minLength: 1, maxLength: 12 }), policy, (windows, budget) => {
        const base = specOf({ budget, retrain: { minLabels: 1 } });
        const spec: ModelSpec = {
          ...base,
          task,
          classes: task === 'binary' ? 2 : 0,
          rollout: { canaryShare: 0, shadowVersions: [2, 3] },
        };
        const ensemble = createEnsemble({ tests: WINDOW_TESTS });
        const kept = ensemble.initial();
        let restored = ensemble.initial();
        for (const signal of signalsOf(windows)) {
          const { verdict, command } = ensemble.apply(kept, signal, spec, 0);
          restored = ensemble.codec.decode(ensemble.codec.encode(restored));
          const again = ensemble.apply(restored, signal, spec, 0);
          assert.deepEqual([again.verdict, again.command], [verdict, command]);
          assert.deepEqual(restored, kept);
          assert.deepEqual(JSON.parse(JSON.stringify(verdict ?? null)), verdict ?? null);
        }
      }),
      { numRuns: 300 },
    );
  });
}

test('a state that was saved with numbers that JSON does not know is read, and gives verdicts', () => {
  const ensemble = createEnsemble({ tests: WINDOW_TESTS });
  const spec = specOf({});
  const [signal] = signalsOf([
    {
      signal: 'concept',
      version: 1,
      items: [
        {
          detector: 'accuracy',
          feature: '',
          statistic: 1,
          pValue: 0,
          threshold: 1,
          expected: 1,
          severity: 1,
          drifted: true,
          rival: null,
          eValue: null,
        },
      ],
    },
  ]);
  assert.ok(signal);
  const state = ensemble.initial();
  ensemble.apply(state, signal, spec, 0);
  const spoilt = ensemble.codec
    .encode(state)
    .replaceAll('"statistic":1,"threshold":1', '"statistic":null,"threshold":null');
  assert.notEqual(spoilt, ensemble.codec.encode(state));
  const next = { ...signal, windowStart: 1000, windowEnd: 2000 };
  const { verdict } = ensemble.apply(ensemble.codec.decode(spoilt), { ...next, signal: 'data' }, spec, 0);
  assert.ok(verdict && verdict.evidence.length > 0);
});

test('a state from before windows had a state of their own has the one that was told', () => {
  const { codec } = createEnsemble({ tests: WINDOW_TESTS });
  const model = { ...newModel(), state: 'drift' as const, byWindows: undefined };
  const { models } = codec.decode(JSON.stringify({ format: ENSEMBLE_FORMAT, models: [['m', model]] }));
  assert.equal(models.get('m')?.byWindows, 'drift');
});

test('the format is one number: a state of another one is refused, by name', () => {
  const raised = createEnsemble({ tests: WINDOW_TESTS, format: ENSEMBLE_FORMAT + 1 });
  assert.equal(createEnsemble({ tests: WINDOW_TESTS }).codec.format, ENSEMBLE_FORMAT);
  assert.equal(raised.codec.format, ENSEMBLE_FORMAT + 1);
  const text = raised.codec.encode(raised.initial());
  assert.throws(() => createEnsemble({ tests: WINDOW_TESTS }).codec.decode(text), {
    code: 'DATA_INVALID',
    message: new RegExp(`format ${ENSEMBLE_FORMAT + 1}, this version reads ${ENSEMBLE_FORMAT}`),
  });
  assert.deepEqual(raised.codec.decode(text), raised.initial());
});

/**
 * The fields of a saved state. Whoever changes them raises ENSEMBLE_FORMAT, and then the number
 * here; but for fields that `restored` fills in where an older state lacks them.
 */
const FIELDS = {
  format: 1,
  model:
    'askedBack awaited byWindows command credit history labelsThrough now promoted rejected returning rivals rowAlarm sequence signals state version versionSince',
  signal: 'collecting evidence last taken trust',
  window: 'end items n start',
  item: 'changePoint detail detector drifted eValue expected feature pValue rival severity statistic threshold',
  record: 'end fingerprint labelled score start version',
};

test('a state with other fields has another format', () => {
  const ensemble = createEnsemble({ tests: WINDOW_TESTS });
  const state = ensemble.initial();
  const items = [
    {
      detector: 'accuracy',
      feature: '',
      statistic: 1,
      pValue: 0.5,
      threshold: 1,
      expected: 1,
      severity: 0,
      drifted: false,
      rival: null,
      eValue: null,
    },
  ];
  for (const signal of signalsOf([{ signal: 'concept', version: 1, items }]))
    ensemble.apply(state, signal, specOf({}), 0);
  const [[, model]] = JSON.parse(ensemble.codec.encode(state)).models;
  const fieldsOf = (value: object) => Object.keys(value).sort().join(' ');
  const { concept } = model.signals;
  assert.deepEqual(
    {
      format: ensemble.codec.format,
      model: fieldsOf(model),
      signal: fieldsOf(concept),
      window: fieldsOf(concept.last),
      item: fieldsOf(concept.last.items[0]),
      record: fieldsOf(model.history[0]),
    },
    FIELDS,
  );
});
