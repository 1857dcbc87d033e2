import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSketch, Signal, WindowSketch } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import fc from 'fast-check';
import { type Concluded, createHistory, encodeVector, noteOf } from '../../src/index.ts';
import { ROW_WATCH } from '../../src/row-watch/version-watch.ts';
import { unwrapSketch, wrapSketch } from '../../src/sketch/envelope.ts';
import { decodeVector } from '../../src/sketch/integer-vector.ts';
import { decodeOutcomes, encodeOutcomes } from '../../src/sketch/outcomes.ts';
import { contextOf, profileOf, specOf } from '../fixtures.ts';
import { interleave, type PartitionLog, partitionLogs, repeatedAfter } from '../windows/partition-logs.ts';

const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];
const spec = specOf({
  numeric: 2,
  lengthMs: 100,
  latenessMs: 20,
  minSamples: 12,
  idleMs: 150,
  budget: 20,
  rowsBudget: 50,
});
const profile = profileOf(spec, 300);
const contexts = ['m', 'n'].map((model) => contextOf({ ...spec, model }, profile));
const models = { of: (model: string) => contexts.find((context) => context.spec.model === model) };

function logsOf(seed: number): PartitionLog[] {
  return SIGNALS.flatMap((signal, i) =>
    partitionLogs({ signal, partitions: 2, contexts, seed: 3 * seed + i, chunks: 8 }),
  );
}

function run(log: readonly DriftSketch[], restartAt: readonly number[] = []): Concluded[] {
  const history = createHistory();
  let state = history.initial();
  return log.map((sketch, i) => {
    if (restartAt.includes(i)) state = history.codec.decode(history.codec.encode(state));
    return history.apply(state, sketch, models);
  });
}

/** What was concluded of a model, in its order. */
function conclusionsOf(model: string, concluded: readonly Concluded[]): string {
  const own = concluded.flatMap(({ signals, verdicts, commands }) => [...signals, ...verdicts, ...commands]);
  const bySignal = SIGNALS.map((name) =>
    own.filter((said) => said.model === model && (said as { signal?: Signal }).signal === name),
  );
  const judged = own.filter((said) => said.model === model && !('signal' in said));
  return JSON.stringify([bySignal, judged]);
}

const changed = (change: (window: WindowSketch) => Partial<WindowSketch>) => (sketch: DriftSketch) => ({
  ...sketch,
  windows: sketch.windows.map((window) => ({ ...window, ...change(window) })),
});
const bytes = (change: (own: Uint8Array) => Uint8Array) =>
  changed(({ sketch }) => {
    const { lengthMs, bytes: own } = unwrapSketch(sketch);
    return { sketch: wrapSketch(lengthMs, change(own)) };
  });
const vector = (change: (entries: Float64Array) => ArrayLike<number>) =>
  bytes((own) => encodeVector(change(decodeVector(own))));
const rows = (change: (own: Uint8Array) => Uint8Array) => (sketch: DriftSketch) => ({
  ...sketch,
  rows: change(sketch.rows ?? new Uint8Array()),
});
const outcomes = (change: object) =>
  bytes((own) => encodeOutcomes(decodeOutcomes(own, 1).map((outcome) => ({ ...outcome, ...change }))));
const with2to60 = Uint8Array.from([1, 255, 255, 255, 255, 255, 255, 255, 255, 15]);

/** What somebody may write who is no drift service, and what is said of it. */
const BROKEN: Readonly<Record<string, readonly [Signal, (sketch: DriftSketch) => DriftSketch, RegExp]>> = {
  'no bytes': ['data', changed(() => ({ sketch: new Uint8Array() })), /cut off/],
  'bytes that are cut off': ['prediction', bytes((own) => own.slice(0, -1)), /cut off|entries/],
  'more bytes than it says': ['data', bytes((own) => Uint8Array.of(...own, 0)), /more entries/],
  'another format': ['data', bytes((own) => Uint8Array.of(9, ...own.slice(1))), /format 9/],
  'outcomes of another format': ['concept', bytes((own) => Uint8Array.of(9, ...own.slice(1))), /format 9/],
  'a length of 2^60': ['data', bytes(() => with2to60), /beyond 2\^53/],
  'millions of entries': ['data', bytes(() => Uint8Array.of(1, 255, 255, 255, 7, 0, 1)), /none has as many/],
  'millions of outcomes': ['concept', bytes(() => Uint8Array.of(2, 255, 255, 255, 7, 0)), /things follow/],
  'another layout': ['data', changed(() => ({ layout: 'other' })), /the layout is 'other'/],
  'another layout of answers': ['prediction', changed(() => ({ layout: 'other' })), /the layout is 'other'/],
  'another length': ['data', vector((entries) => [...entries, 0]), /not of the layout/],
  'another length of answers': ['prediction', vector((entries) => entries.slice(1)), /not of the layout/],
  'another n': ['data', changed(({ n }) => ({ n: n + 1 })), /counts \d+ rows, not/],
  'another n of answers': ['prediction', changed(({ n }) => ({ n: n - 1 })), /counts \d+ rows, not/],
  'another n of outcomes': ['concept', changed(({ n }) => ({ n: n + 1 })), /outcomes and says/],
  'a negative n': ['data', changed(() => ({ n: -1 })), /-1 rows/],
  'more rows than a chunk has': ['data', changed(() => ({ n: 2 ** 40 })), /more than 512/],
  'a negative count': [
    'data',
    vector((entries) => entries.map((v, i) => v + [-100, 100][i]! || v)),
    /a count of/,
  ],
  'a sum that no rows come to': ['prediction', vector((entries) => entries.with(-1, 2 ** 51)), /a sum over/],
  'an answer that is no number': ['concept', outcomes({ predicted: Number.NaN }), /has answer NaN/],
  'a label that is no number': ['concept', outcomes({ label: Number.POSITIVE_INFINITY }), /label Infinity/],
  'an outcome of another window': ['concept', outcomes({ eventTime: 10 ** 12 }), /not in the window/],
  'a label of no time': ['concept', outcomes({ labelEventTime: 2 ** 50 }), /the label of outcome/],
  'a version that is none': ['concept', changed(() => ({ version: 0 })), /version 0 is none/],
  'no window': ['data', changed(({ start }) => ({ start: start + 1 })), /no window of 100 ms/],
  'a window of no length': [
    'data',
    changed(({ sketch }) => ({ sketch: wrapSketch(0, unwrapSketch(sketch).bytes) })),
    /no window of 0 ms/,
  ],
  'rows to watch that are cut off': ['concept', rows((own) => own.slice(0, -1)), /cut off/],
  'rows to watch of another format': [
    'concept',
    rows((own) => Uint8Array.of(9, ...own.slice(1))),
    /format 9/,
  ],
  'more rows to watch than its windows have': [
    'concept',
    rows((own) => Uint8Array.of(...own, ...own.slice(1))),
    /more rows of version/,
  ],
  'rows to watch of no version that it has': [
    'concept',
    rows((own) => own.with(1, 77)),
    /rows to watch of version 77/,
  ],
  'rows to watch of no class': [
    'concept',
    rows((own) => own.with(-9, 200)),
    /classes 200|classes \d+ and 200/,
  ],
  'rows to watch of no request': [
    'concept',
    // The first row has one-byte numbers: format, version, time (two bytes or more), partition,
    // offset.
    rows((own) => {
      const partition = own.findIndex((byte, i) => i >= 2 && byte < 128) + 1;
      return own.with(partition + 1, 1);
    }),
    /of request \d+\/-1/,
  ],
  'rows to watch of another signal': [
    'data',
    (sketch) => ({ ...sketch, rows: Uint8Array.of(1) }),
    /only labelled rows/,
  ],
  'event times that are none': ['data', (sketch) => ({ ...sketch, recent: [-5] }), /newest event times/],
};

for (const [name, [signal, breaks, says]] of Object.entries(BROKEN)) {
  test(`a chunk with ${name} is refused, its rows are counted, and the other model goes on`, () => {
    const log = interleave(logsOf(1), []);
    const at = log.findIndex((sketch) => sketch.model === 'm' && sketch.signal === signal);
    const broken = log.with(at, breaks(log[at] as DriftSketch));
    const concluded = run(broken);
    assert.deepEqual(
      concluded.flatMap(({ refused }) => refused?.code ?? []),
      ['SKETCH_INVALID'],
    );
    assert.match(concluded[at]?.refused?.reason ?? '', says);
    assert.equal(conclusionsOf('n', concluded), conclusionsOf('n', run(log)));
    const signals = concluded.flatMap((part) => part.signals);
    const own = signals.filter((said) => said.model === 'm' && said.signal === signal);
    if (name !== 'a negative n')
      assert.ok(own.length > 0 && (own.at(-1)?.ahead ?? 0) > 0, 'rows are missing');
    const others = signals.filter((said) => said.model === 'm' && said.signal !== signal);
    assert.ok(others.length > 0 && others.every(({ ahead }) => ahead === 0));
  });
}

const UNPLACED: Readonly<Record<string, Partial<DriftSketch>>> = {
  'in no partition': { partition: -1 },
  'in a partition beyond all': { partition: 2 ** 31 - 1 },
  'that ends before it begins': { chunkStart: 10, chunkEnd: 10 },
  'of all offsets there are': { chunkStart: 0, chunkEnd: Number.MAX_SAFE_INTEGER },
};

for (const [name, place] of Object.entries(UNPLACED)) {
  test(`a chunk ${name} is refused and changes nothing`, () => {
    const log = interleave(logsOf(1), []);
    const [first] = log.filter(({ model }) => model === 'm');
    const concluded = run([...log.slice(0, 20), { ...(first as DriftSketch), ...place }, ...log.slice(20)]);
    assert.equal(concluded[20]?.refused?.code, 'SKETCH_INVALID');
    for (const model of ['m', 'n'])
      assert.equal(conclusionsOf(model, concluded), conclusionsOf(model, run(log)));
  });
}

test('a note of partitions beyond all is refused and changes nothing', () => {
  const log = interleave(logsOf(1), []);
  const notes = [
    noteOf('data', [{ partition: 0, end: 1, time: 1 }], 2 ** 31 - 1),
    noteOf('data', [{ partition: 2 ** 31 - 1, end: 1, time: 1 }], 2),
    noteOf('data', [{ partition: -1, end: 1, time: 1 }], 2),
  ];
  const concluded = run([...log.slice(0, 20), ...notes, ...log.slice(20)]);
  assert.equal(concluded.filter(({ refused }) => refused).length, notes.length);
  for (const model of ['m', 'n'])
    assert.equal(conclusionsOf(model, concluded), conclusionsOf(model, run(log)));
});

/** The truth turns. */
function turned({ labels }: LabelledRows, logTime: number): Float32Array {
  return labels.map((label) => (logTime < 1_500 ? label : 1 - label));
}

/** Records of model 'm' that nobody wrote who has read the input: they lie ahead of all others. */
const AHEAD: Readonly<Record<string, (sketch: DriftSketch) => DriftSketch>> = {
  'that is refused': (sketch) => changed(() => ({ layout: 'other', version: 0 }))(sketch),
  'of rejected rows only': (sketch) => ({ ...sketch, windows: [], recent: [], rejected: 3 }),
};

for (const [name, forge] of Object.entries(AHEAD)) {
  test(`a chunk ${name} and lies ahead changes nothing of the other model, row by row`, () => {
    let alarms = 0;
    for (const seed of [1, 2]) {
      const logs = SIGNALS.flatMap((signal, i) =>
        partitionLogs({ signal, partitions: 2, contexts, seed: 3 * seed + i, chunks: 40, labelsOf: turned }),
      );
      const log = interleave(
        logs,
        Array.from({ length: 800 }, (_, i) => (i * i) % 6),
      );
      const forged = log.flatMap((sketch, i) =>
        i % 9 === 4 && sketch.model === 'm'
          ? [forge({ ...sketch, logTime: sketch.logTime + 250 }), sketch]
          : [sketch],
      );
      assert.ok(forged.length > log.length);
      const expected = run(log);
      const own = expected.flatMap(({ signals }) => signals);
      alarms += own.filter(({ model, detector }) => model === 'n' && detector === ROW_WATCH).length;
      assert.equal(conclusionsOf('n', run(forged)), conclusionsOf('n', expected));
    }
    assert.ok(alarms >= 2, `${alarms} alarms`);
  });
}

const seeds = fc.nat(10_000);
const picks = fc.array(fc.nat(5), { maxLength: 120 });
const places = fc.array(fc.nat(120), { maxLength: 3 });

test('with broken chunks, too, order, repeats and restarts change nothing', () => {
  const kinds = Object.values(BROKEN);
  fc.assert(
    fc.property(seeds, picks, places, places, (seed, order, restarts, repeats) => {
      const logs = logsOf(seed).map((log, i) =>
        log.map((sketch, at) => {
          const [signal, breaks] = kinds[(7 * i + at) % kinds.length] ?? [];
          return at % 5 === 3 && sketch.model === 'm' && sketch.signal === signal && breaks
            ? breaks(sketch)
            : sketch;
        }),
      );
      const expected = run(logs.flat());
      const log = interleave(logs, order);
      const again = run(repeatedAfter(log, repeats), restarts);
      for (const model of ['m', 'n'])
        assert.equal(conclusionsOf(model, again), conclusionsOf(model, expected));
    }),
    { numRuns: 30 },
  );
});

test('whatever becomes of the bytes of one model, nothing is thrown and the other one goes on', () => {
  const changes = fc.array(fc.tuple(fc.nat(10_000), fc.nat(10_000), fc.nat(255)), {
    minLength: 1,
    maxLength: 8,
  });
  const log = interleave(logsOf(2), []);
  const expected = conclusionsOf('n', run(log));
  fc.assert(
    fc.property(changes, (spoilt) => {
      const own = log.map((sketch, at) => ({ sketch, at })).filter(({ sketch }) => sketch.model === 'm');
      const broken = [...log];
      for (const [which, where, value] of spoilt) {
        const { sketch, at } = own[which % own.length] ?? {};
        if (!sketch || at === undefined) continue;
        broken[at] = changed(({ sketch: old }) => ({ sketch: old.with(where % old.length, value) }))(sketch);
      }
      assert.equal(conclusionsOf('n', run(broken)), expected);
    }),
    { numRuns: 150 },
  );
});
