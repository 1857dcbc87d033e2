import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, DriftVerdict, ModelSpec, RetrainCommand } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import {
  buildReferenceProfile,
  createEnsemble,
  createReducer,
  TEST_NAMES,
  WINDOW_TESTS,
} from '../src/index.ts';
import { conceptChunk, contextOf, dataChunk, predictionChunk, signalsFrom, specOf } from './fixtures.ts';

const REFERENCE_ROWS = 400;
const WINDOW_ROWS = 60;
const WINDOWS = 8;
/** The windows from here on have errors three times as large and inputs that lie elsewhere. */
const CHANGED_FROM = 4;

/** What a regression's target and its features are measured in: factors of one unit. */
interface Units {
  readonly target: number;
  readonly features: readonly number[];
}

/**
 * Features: normal, skewed with an offset, a constant, none but 0, and one that is a constant in
 * the reference only.
 */
const WIDTH = 5;
const spec: ModelSpec = {
  ...specOf({ numeric: WIDTH, lengthMs: WINDOW_ROWS, detectors: Object.values(TEST_NAMES).flat() }),
  task: 'regression',
  classes: 0,
};

interface Rows extends LabelledRows {
  readonly outputs: Float32Array;
  /** As records carry them: more exact than float32. */
  readonly truths: Float64Array;
}

function rowsIn(units: Units, rows: number, seed: number, isChanged: boolean): Rows {
  const random = createRandom(seed);
  const features = new Float32Array(rows * WIDTH);
  const truths = new Float64Array(rows);
  const outputs = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    const x = random.normal();
    const own = [x + (isChanged ? 0.5 : 0), 1000 + Math.exp(random.normal()), 5, 0, isChanged ? x : 7];
    own.forEach((value, j) => {
      features[i * WIDTH + j] = Math.fround(value) * (units.features[j] ?? 1);
    });
    const error = 0.1 * random.normal() * (isChanged ? 3 : 1);
    outputs[i] = Math.fround(3 + 2 * x) * units.target;
    truths[i] = (Math.fround(3 + 2 * x) + error) * units.target;
  }
  const labels = Float32Array.from(truths);
  const eventTimes = Float64Array.from({ length: rows }, (_, i) => i);
  const weights = new Float32Array(rows).fill(1);
  return { rows, width: WIDTH, features, labels, weights, eventTimes, outputs, truths };
}

interface History {
  readonly signals: DriftSignal[];
  readonly verdicts: DriftVerdict[];
  readonly commands: RetrainCommand[];
}

function historyIn(units: Units): History {
  const data = rowsIn(units, REFERENCE_ROWS, 1, false);
  // As it is read from an artifact.
  const profile = JSON.parse(JSON.stringify(buildReferenceProfile({ spec, data, outputs: data.outputs })));
  const context = contextOf(spec, profile);
  const ensemble = createEnsemble({ tests: WINDOW_TESTS });
  const judged = ensemble.initial();
  const history: History = { signals: [], verdicts: [], commands: [] };
  const reducers = [createReducer('data'), createReducer('prediction'), createReducer('concept')] as const;
  const states = reducers.map((reducer) => reducer.initial());
  for (let w = 0; w < WINDOWS; w++) {
    const { features, outputs, truths } = rowsIn(units, WINDOW_ROWS, 10 + w, w >= CHANGED_FROM);
    const place = { partition: 0, chunkStart: w * WINDOW_ROWS };
    const sketches = [
      dataChunk(context, place, features, WIDTH),
      predictionChunk(context, place, outputs),
      conceptChunk(context, place, outputs, truths),
    ];
    sketches.forEach((records, s) => {
      for (const sketch of records) {
        const [reducer, state] = [reducers[s], states[s]];
        if (reducer === undefined || state === undefined) continue;
        for (const signal of signalsFrom(reducer, state, sketch, context)) {
          history.signals.push(signal);
          const { verdict, command } = ensemble.apply(judged, signal, spec, 0);
          if (verdict) history.verdicts.push(verdict);
          if (command) history.commands.push(command);
        }
      }
    });
  }
  return history;
}

/** A signal without what has the target's unit, which is put into the other unit. */
function comparable(signal: DriftSignal, target: number) {
  // Both name ranges of values, in their unit.
  if (signal.detector === 'segment' || signal.detector === 'kind')
    return { ...signal, detail: signal.detail === '' };
  if (signal.detector !== 'accuracy') return signal;
  const factor = target * target;
  const { statistic, threshold, expected, ...rest } = signal;
  const inUnit = [statistic, threshold, expected ?? 0].map((value) => value / factor);
  return { ...rest, inUnit, detail: signal.detail === '' };
}

/**
 * Texts name errors in the target's unit and ranges in that of their column, and command ids are
 * hashes of texts.
 */
function withoutTexts({ evidence, commandId, causes = [], ...verdict }: DriftVerdict) {
  return {
    ...verdict,
    hasCommand: commandId !== null,
    evidence: evidence.map(({ text: _, ...piece }) => piece),
    causes: causes.map(({ segment, text: _, ...cause }) => ({ ...cause, isEverywhere: segment === '' })),
  };
}

const ONE: Units = { target: 1, features: new Array(WIDTH).fill(1) };
const here = historyIn(ONE);

function assertSame(units: Units): void {
  const there = historyIn(units);
  assert.deepEqual(
    there.signals.map((signal) => comparable(signal, units.target)),
    here.signals.map((signal) => comparable(signal, 1)),
  );
  assert.deepEqual(there.verdicts.map(withoutTexts), here.verdicts.map(withoutTexts));
  assert.deepEqual(
    there.commands.map(({ selection }) => selection),
    here.commands.map(({ selection }) => selection),
  );
}

test('the history has drift in it, from the window where it begins', () => {
  const drifted = (w: number, detector: string) =>
    here.signals.some((s) => s.windowStart === w * WINDOW_ROWS && s.detector === detector && s.drifted);
  for (const detector of ['accuracy', 'ks', 'mean', 'confidence']) {
    assert.deepEqual(
      [drifted(CHANGED_FROM - 2, detector), drifted(CHANGED_FROM + 1, detector)],
      [false, detector !== 'confidence'],
    );
  }
  assert.ok(here.commands.length > 0);
  assert.ok(here.verdicts.some(({ changePoint }) => changePoint === CHANGED_FROM * WINDOW_ROWS));
});

test('signals, verdicts and commands are the same in every unit of the target and of the features', () => {
  // Powers of two are exact, so everything is the same to the last bit; float32 has room for these.
  const unit = fc.integer({ min: -100, max: 100 }).map((power) => 2 ** power);
  fc.assert(
    fc.property(unit, fc.array(unit, { minLength: WIDTH, maxLength: WIDTH }), (target, features) => {
      assertSame({ target, features });
    }),
    {
      numRuns: 40,
      examples: [
        [2 ** -100, [1, 1, 1, 1, 1]],
        [2 ** 100, new Array(WIDTH).fill(2 ** -100)],
      ],
    },
  );
});

test('units that are no powers of two give the same verdicts', () => {
  for (const target of [1e-9, 1e9, 1e-30, 1e30, 0.01]) {
    const there = historyIn({ target, features: [target, 1 / target, target, target, target] });
    assert.deepEqual(
      there.verdicts.map(({ state, causes }) => [state, causes?.map(({ kind, columns }) => [kind, columns])]),
      here.verdicts.map(({ state, causes }) => [state, causes?.map(({ kind, columns }) => [kind, columns])]),
    );
  }
});
