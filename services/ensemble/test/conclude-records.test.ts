import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BusRecord } from '@driftloop/bus';
import { type Concluded, createHistory, type History, noteOf } from '@driftloop/drift';
import type { ModelContexts } from '@driftloop/drift-stages';
import type { DriftSignal, DriftSketch, DriftVerdict, RetrainCommand } from '@driftloop/schemas';
import { createLogger, createMetrics, systemClock } from '@driftloop/service';
import { concludeRecords } from '../src/conclude-records.ts';
import { createMeters } from '../src/meters.ts';

const NOTHING: Concluded = { signals: [], verdicts: [], commands: [] };

const NO_INPUT = { topicId: '', ends: [], isAppendTime: false };

/** A history that says what the test says, and contexts that tell what was loaded before. */
function setUp(conclusions: readonly Concluded[], needs: ReturnType<History['needs']> = [], stepMs = 0) {
  let monotonicMs = 0;
  const log: string[] = [];
  const rest = [...conclusions];
  const real = createHistory();
  const history: History = {
    ...real,
    needs: () => needs,
    *steps(_state, sketch, _models, now) {
      log.push(`apply ${sketch.model || 'note'} at ${now}`);
      for (let step = 0; step < 100; step++) {
        monotonicMs += stepMs;
        yield;
      }
      return rest.shift() ?? NOTHING;
    },
  };
  const contexts = {
    of: (model: string) =>
      model === ''
        ? undefined
        : {
            async load(versions: Iterable<number>) {
              log.push(`load ${model} ${[...versions]}`);
            },
          },
    async meet(models: Iterable<string>) {
      log.push(`meet ${[...models].map((model) => model || 'note')}`);
    },
  } as unknown as ModelContexts;
  const metrics = createMetrics('test', { ofProcess: false });
  const parts = {
    history,
    state: real.initial(),
    contexts,
    inputs: { after: async () => ({ data: NO_INPUT, prediction: NO_INPUT, concept: NO_INPUT }) },
    async *readAgain() {},
    clock: { ...systemClock, now: () => 42, monotonicMs: () => monotonicMs },
    meters: createMeters(metrics),
    logger: createLogger({ name: 'test', level: 'silent' }),
  };
  const conclude = (...sketches: DriftSketch[]) =>
    concludeRecords(
      parts,
      sketches.map((value, offset) => ({ value, offset })) as unknown as BusRecord<'drift.sketches'>[],
    );
  return { conclude, log, metrics };
}

const chunk: DriftSketch = {
  ...noteOf('data', [], 0),
  model: 'm',
  partition: 0,
  windows: [{ start: 0, version: 3, layout: 'l', n: 1, sketch: new Uint8Array() }],
};
const note = noteOf('data', [{ partition: 0, end: 1, time: 5 }], 1);

test('profiles are loaded before a record is taken: its own and those of rows that are held', async () => {
  const { conclude, log } = setUp([], [{ model: 'm', versions: [1, 2] }]);
  assert.deepEqual(await conclude(chunk, note), { outputs: [], refused: [] });
  assert.deepEqual(log, [
    'meet m,note',
    'load m 3',
    'load m 1,2',
    'apply m at 42',
    'load m 1,2',
    'apply note at 42',
  ]);
});

test('signals, verdicts and commands are written by model, in the order in which they follow', async () => {
  const of = (model: string) => ({
    signals: [{ model, detector: 'ks', drifted: true } as DriftSignal],
    verdicts: [{ model, state: 'drift', likelihood: 0.9 } as DriftVerdict],
    commands: [{ model, action: 'retrain', commandId: 'c', reasons: ['r'] } as unknown as RetrainCommand],
  });
  const { conclude, metrics } = setUp([of('m'), NOTHING, of('n')]);
  const { outputs } = await conclude(chunk, note, note);
  assert.deepEqual(
    outputs.map(({ topic, key }) => [topic, key]),
    ['m', 'n'].flatMap((model) => [
      ['drift.signals', model],
      ['drift.verdicts', model],
      ['retrain.commands', model],
    ]),
  );
  const text = await metrics.registry.metrics();
  assert.match(text, /ensemble_likelihood\{model="n",service="test"\} 0\.9$/m);
  assert.match(text, /ensemble_drifting\{model="n",service="test"\} 1$/m);
});

test('a record that cannot be read is named by its place, and what comes after it is taken', async () => {
  const refused = { code: 'SKETCH_INVALID', reason: 'it is cut off' } as const;
  const said = { signals: [{ model: 'm', detector: 'ks', drifted: true } as DriftSignal] };
  const { conclude } = setUp([NOTHING, { ...NOTHING, refused }, { ...NOTHING, ...said }]);
  const concluded = await conclude(chunk, chunk, note);
  assert.deepEqual(concluded.refused, [{ offset: 1, ...refused }]);
  assert.deepEqual(
    concluded.outputs.map(({ topic }) => topic),
    ['drift.signals'],
  );
});

test('what takes long is heard in between: a heartbeat goes out from the same thread', async () => {
  const turnsOf = async (stepMs: number) => {
    let turns = 0;
    let isDone = false;
    const others = () => {
      turns++;
      if (!isDone) setImmediate(others);
    };
    setImmediate(others);
    await setUp([], [], stepMs).conclude(chunk, note);
    isDone = true;
    return turns;
  };
  assert.equal(await turnsOf(0), 0, 'what takes no time goes through at once');
  assert.ok((await turnsOf(1_000)) > 100);
});
