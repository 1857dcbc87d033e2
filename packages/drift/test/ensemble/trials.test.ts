import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, ModelSpec, RetrainCommand } from '@driftloop/schemas';
import fc from 'fast-check';
import { newModel } from '../../src/ensemble/state.ts';
import { createEnsemble, WINDOW_TESTS } from '../../src/index.ts';
import { specOf } from '../spec-of.ts';
import { itemWith } from './models.ts';

const LENGTH = 1000;

/** What happens beside the ensemble. */
interface World {
  /** Windows after which a window's labels are known. */
  readonly labelLag: number;
  /** Windows that a training takes. */
  readonly training: number;
  readonly cooldown: number;
  /** How the candidate fares in each window: e-value, and lead as a share of the rows. */
  readonly duels: readonly (readonly [eValue: number, lead: number])[];
  /** Whether the ensemble is restarted after each window. */
  readonly restarts?: boolean;
}

/** What was decided about a candidate that had begun to answer in shadow. */
type Fate = 'promote' | 'reject' | 'displaced' | 'open';

/**
 * Plays a model that always drifts and whose line of versions has lost much, and does what the
 * ensemble says as the trainer would.
 */
function play({ labelLag, training, cooldown, duels, restarts = false }: World) {
  const ensemble = createEnsemble({ tests: WINDOW_TESTS });
  let state = ensemble.initial();
  const spec: ModelSpec = specOf({ budget: 10, retrain: { cooldownMs: cooldown * LENGTH } });
  state.models.set('m', { ...newModel(), credit: { lead: -1e9, rows: 300, lagWindows: 0 } });
  const commands: RetrainCommand[] = [];
  const fates = new Map<number, Fate>();
  /** Live version and candidate of each window. */
  const served: { readonly live: number; readonly candidate: number | null }[] = [];
  const arriving: { readonly version: number; readonly at: number }[] = [];
  let [live, candidate, newest] = [1, null as number | null, 1];

  const carryOut = (command: RetrainCommand, window: number) => {
    commands.push(command);
    const { action, rollout, restoreVersion, baseVersion } = command;
    if (action === 'retrain' && rollout === 'shadow')
      arriving.push({ version: ++newest, at: window + 1 + training });
    else if (action === 'retrain') live = ++newest;
    else if (restoreVersion === candidate && candidate !== null && baseVersion === live) {
      fates.set(candidate, action as 'promote' | 'reject');
      if (action === 'promote') live = candidate;
      candidate = null;
    }
    if (candidate !== null && candidate < live) {
      fates.set(candidate, 'displaced');
      candidate = null;
    }
  };
  const apply = (
    window: number,
    about: number,
    signal: DriftSignal['signal'],
    items: readonly Partial<DriftSignal>[],
    version: number,
  ) => {
    items.forEach((item, ordinal) => {
      const told = {
        ...itemWith(),
        model: 'm',
        version,
        windowStart: about * LENGTH,
        windowEnd: (about + 1) * LENGTH,
        signal,
      };
      const rest = {
        expected: null,
        detail: '',
        rival: null,
        eValue: null,
        n: 300,
        late: 0,
        ahead: 0,
        through: [],
      };
      const total = items.length;
      const { command } = ensemble.apply(state, { ...told, ...rest, ...item, ordinal, total }, spec, 77);
      if (command) carryOut(command, window);
    });
    if (restarts) state = ensemble.codec.decode(ensemble.codec.encode(state));
  };

  for (let window = 0; window < 100; window++) {
    for (const { version } of arriving.filter(({ at }) => at === window)) {
      if (candidate !== null) fates.set(candidate, 'displaced');
      candidate = version > live ? version : null;
      if (candidate !== null) fates.set(candidate, 'open');
    }
    const now = { live, candidate };
    served.push(now);
    apply(window, window, 'data', [{ detector: 'ks', pValue: 0.5 }], now.live);
    apply(window, window, 'prediction', [{ detector: 'cbpe', pValue: 0.5 }], now.live);
    const known = served[window - labelLag];
    if (!known) continue;
    const [eValue = 1, statistic = 0] = duels[(window * 7 + (known.candidate ?? 0)) % duels.length] ?? [];
    const duel =
      known.candidate === null ? [] : [{ detector: 'shadow', rival: known.candidate, eValue, statistic }];
    apply(
      window,
      window - labelLag,
      'concept',
      [{ detector: 'accuracy', pValue: 1e-7 }, ...duel],
      known.live,
    );
  }
  return { commands, fates };
}

const world = fc.record({
  labelLag: fc.integer({ min: 0, max: 25 }),
  training: fc.integer({ min: 0, max: 7 }),
  cooldown: fc.integer({ min: 0, max: 10 }),
  duels: fc.array(fc.tuple(fc.constantFrom(0.2, 0.8, 1, 1.5, 4), fc.constantFrom(-0.1, -0.01, 0, 0.01)), {
    minLength: 1,
    maxLength: 20,
  }),
});

test('a candidate is compared to the end, however late labels are: no other one takes its place', () => {
  let decided = 0;
  fc.assert(
    fc.property(world, (given) => {
      const { fates } = play(given);
      assert.deepEqual(
        [...fates.values()].filter((fate) => fate === 'displaced'),
        [],
      );
      // The last one may be on trial still.
      assert.ok([...fates.values()].slice(0, -1).every((fate) => fate !== 'open'));
      decided += [...fates.values()].filter((fate) => fate !== 'open').length;
    }),
    { numRuns: 60 },
  );
  assert.ok(decided > 60, `${decided} candidates were decided about`);
});

test('after a loss candidates are on trial, and what is decided is decided about them', () => {
  fc.assert(
    fc.property(world, (given) => {
      const { commands } = play(given);
      const [first] = commands;
      assert.deepEqual([first?.action, first?.rollout], ['retrain', 'shadow']);
      // Between two commands to train there is a decision.
      const trials = commands.filter(({ action, rollout }) => action !== 'retrain' || rollout === 'shadow');
      for (const [i, command] of trials.entries())
        if (command.action === 'retrain') assert.notEqual(trials[i + 1]?.action, 'retrain');
    }),
    { numRuns: 40 },
  );
});

test('restarts change no command', () => {
  fc.assert(
    fc.property(world, (given) => {
      assert.deepEqual(play({ ...given, restarts: true }).commands, play(given).commands);
    }),
    { numRuns: 10 },
  );
});
