import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSketch, Signal } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import {
  type Concluded,
  createEnsemble,
  createHistory,
  ENSEMBLE_FORMAT,
  noteOf,
  WINDOW_TESTS,
} from '../../src/index.ts';
import { chunkOf, contextOf, profileOf, readUpTo, rowsOf, specOf } from '../fixtures.ts';
import { interleave, type PartitionLog, partitionLogs, repeatedAfter } from '../windows/partition-logs.ts';

const PARTITIONS = 2;
const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];
const spec = specOf({
  numeric: 2,
  lengthMs: 100,
  latenessMs: 20,
  minSamples: 12,
  idleMs: 150,
  budget: 20,
  retrain: { minLabels: 10 },
});
const profile = profileOf(spec, 300);
const contexts = ['m', 'n'].map((model) => contextOf({ ...spec, model }, profile));
const models = { of: (model: string) => contexts.find((context) => context.spec.model === model) };

/** The three signals' partitions; from 400 ms of log time on every label is wrong. */
function logsOf(seed: number): PartitionLog[] {
  return SIGNALS.flatMap((signal, i) =>
    partitionLogs({
      signal,
      partitions: PARTITIONS,
      contexts,
      seed: 3 * seed + i,
      chunks: 8,
      labelsOf: ({ labels }, logTime) => (logTime < 400 ? labels : labels.map((label) => 1 - label)),
    }),
  );
}

/**
 * What was concluded of each model: signals of each kind, verdicts and commands, in their order.
 */
type Conclusions = Record<string, unknown[]>;

function collect(into: Conclusions, { signals, verdicts, commands }: Concluded): void {
  const put = (key: string, value: unknown) => {
    into[key] = [...(into[key] ?? []), value];
  };
  for (const value of signals) put(`${value.model} ${value.signal}`, value);
  for (const value of verdicts) put(`${value.model} verdicts`, value);
  for (const value of commands) put(`${value.model} commands`, value);
}

function run(log: readonly DriftSketch[], restartAt: readonly number[] = []): Conclusions {
  const history = createHistory();
  let state = history.initial();
  const conclusions: Conclusions = {};
  log.forEach((sketch, i) => {
    if (restartAt.includes(i)) state = history.codec.decode(history.codec.encode(state));
    collect(conclusions, history.apply(state, sketch, models));
  });
  return Object.fromEntries(Object.entries(conclusions).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const seeds = fc.nat(10_000);
const picks = fc.array(fc.nat(SIGNALS.length * PARTITIONS - 1), { maxLength: 120 });
const places = fc.array(fc.nat(120), { maxLength: 3 });

test('three signals interleaved in any way: the same signals, verdicts and commands, byte for byte', () => {
  let commands = 0;
  fc.assert(
    fc.property(seeds, picks, (seed, order) => {
      const logs = logsOf(seed);
      const expected = run(logs.flat());
      commands += (expected['m commands'] ?? []).length;
      assert.equal(JSON.stringify(run(interleave(logs, order))), JSON.stringify(expected));
    }),
    { numRuns: 40 },
  );
  assert.ok(commands > 0, 'something is decided');
});

test('a restart at any point, and records that come again, change nothing', () => {
  fc.assert(
    fc.property(seeds, picks, places, places, (seed, order, restarts, repeats) => {
      const log = interleave(logsOf(seed), order);
      const again = run(repeatedAfter(log, repeats), restarts);
      assert.equal(JSON.stringify(again), JSON.stringify(run(log)));
    }),
    { numRuns: 40 },
  );
});

test('what is needed of other models for a record is named before it is taken', () => {
  fc.assert(
    fc.property(seeds, picks, (seed, order) => {
      const history = createHistory();
      const state = history.initial();
      for (const sketch of interleave(logsOf(seed), order)) {
        const loaded = new Map([[sketch.model, new Set(sketch.windows.map(({ version }) => version))]]);
        for (const { model, versions } of history.needs(state, sketch))
          loaded.set(model, new Set([...(loaded.get(model) ?? []), ...versions]));
        history.apply(state, sketch, {
          of(model) {
            const context = models.of(model);
            return (
              context && {
                ...context,
                profile(version) {
                  assert.ok(loaded.get(model)?.has(version), `version ${version} of ${model} is not loaded`);
                  return context.profile(version);
                },
              }
            );
          },
        });
      }
    }),
    { numRuns: 30 },
  );
});

/** One chunk of one partition with these event times. */
function chunk(signal: Signal, number: number, logTime: number, times: readonly number[], model = 0) {
  const context = contexts[model] ?? assert.fail('no such model');
  const place = { partition: 0, chunkStart: 16 * number, chunkEnd: 16 * number + 16, logTime };
  const data = rowsOf(context.spec, times.length, createRandom(number + 1));
  return chunkOf(signal, context, place, data, times);
}

const row = (from: number, count: number, step: number) =>
  Array.from({ length: count }, (_, i) => from + step * i);

test('a window is judged once all three signals have been read past the time it closed at, in the order of closing', () => {
  const history = createHistory();
  const state = history.initial();
  const push = (sketches: readonly DriftSketch[]) => {
    const judged = sketches.map((sketch) => history.apply(state, sketch, models));
    return judged.flatMap(({ verdicts }) =>
      verdicts.flatMap(({ windowStart, evidence }) => [[windowStart, evidence.length]]),
    );
  };
  assert.deepEqual(push(SIGNALS.map((signal) => readUpTo(signal, 1, 0))), []);
  // The prediction window closes first, at 300; it waits for the others.
  assert.deepEqual(push(chunk('prediction', 0, 100, row(0, 20, 5))), []);
  assert.deepEqual(push(chunk('prediction', 1, 300, row(200, 20, 5))), []);
  assert.deepEqual(push([readUpTo('prediction', 1, 10_000)]), []);
  assert.deepEqual(push([readUpTo('concept', 1, 10_000)]), []);
  // Data may still close something before 300.
  assert.deepEqual(push([readUpTo('data', 1, 300)]), []);
  assert.equal(push([readUpTo('data', 1, 301)]).length > 0, true);
});

test('chunks of one model do not let windows of another be judged that have not been looked at', () => {
  const conclusions = (withOther: boolean) => {
    const order: string[] = [];
    const history = createHistory();
    const state = history.initial();
    const times = row(0, 20, 5);
    const log = [
      ...(['prediction', 'concept'] as const).map((signal) => readUpTo(signal, 1, 0)),
      noteOf('data', [{ partition: 0, end: 0, time: 0 }], 2),
      noteOf('data', [{ partition: 1, end: 0, time: 10_000 }], 2),
      // The data of m wait for the partition that is silent, from 400 to 550; its predictions close
      // at 600.
      ...chunk('data', 0, 100, times),
      ...chunk('data', 1, 400, row(200, 20, 5)),
      ...chunk('prediction', 0, 100, times),
      ...chunk('prediction', 1, 600, row(200, 20, 5)),
      readUpTo('prediction', 1, 10_000),
      readUpTo('concept', 1, 10_000),
      ...(withOther ? chunk('data', 2, 800, row(500, 20, 5), 1) : []),
      readUpTo('data', 2, 10_000),
    ];
    for (const sketch of log)
      for (const verdict of history.apply(state, sketch, models).verdicts)
        if (verdict.model === 'm') order.push(JSON.stringify(verdict));
    return order;
  };
  assert.ok(conclusions(false).length > 0);
  assert.deepEqual(conclusions(true), conclusions(false));
});

test('a checkpoint of another format is refused', () => {
  const history = createHistory();
  const text = history.codec.encode(history.initial()).replace(/"format":\d+/, '"format":99');
  assert.throws(() => history.codec.decode(text), { code: 'DATA_INVALID', message: /format 99/ });
});

test('records of other models, of an older format or about no model conclude nothing', () => {
  const history = createHistory();
  const state = history.initial();
  const before = history.codec.encode(state);
  const [sketch] = chunk('data', 0, 100, [1]);
  assert.ok(sketch);
  for (const strange of [
    { ...sketch, model: 'unknown' },
    { ...sketch, logTime: -1 },
  ])
    assert.deepEqual(history.apply(state, strange, models), { signals: [], verdicts: [], commands: [] });
  assert.equal(history.codec.encode(state), before);
  assert.deepEqual(history.apply(state, noteOf('data', [{ partition: 0, end: 0, time: 5 }], 1), models), {
    signals: [],
    verdicts: [],
    commands: [],
  });
});

test("a checkpoint's format is one number, and another one where the ensemble's is", () => {
  const raised = createHistory(createEnsemble({ tests: WINDOW_TESTS, format: ENSEMBLE_FORMAT + 1 }));
  assert.notEqual(raised.codec.format, createHistory().codec.format);
  const text = raised.codec.encode(raised.initial());
  assert.throws(() => createHistory().codec.decode(text), { code: 'DATA_INVALID', message: /format/ });
  assert.deepEqual(raised.codec.decode(text), raised.initial());
});
