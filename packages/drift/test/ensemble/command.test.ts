import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CandidateRollout, ModelSpec } from '@driftloop/schemas';
import { restoreCommand, retrainCommand } from '../../src/ensemble/command.ts';
import type { ModelState } from '../../src/ensemble/state.ts';
import { specOf } from '../spec-of.ts';
import { inShadow, labelled, modelWith } from './models.ts';

const DAY_MS = 86_400_000;
const START = 10 * DAY_MS;
const NOW = START + 10_000;
/** 100 labels in each second up to now. */
const history = Array.from({ length: 10 }, (_, second) => labelled(START + 1000 * second, 100));

interface Asked {
  readonly model?: Partial<Omit<ModelState, 'signals'>>;
  readonly retrain?: Partial<ModelSpec['retrain']>;
  readonly presentFrom?: number;
  readonly isLabelled?: boolean;
  readonly rollout?: CandidateRollout;
  readonly canaryShare?: number;
  readonly isCompared?: boolean;
  readonly isFaulty?: boolean;
}

function ask({
  model: given = {},
  retrain = {},
  presentFrom,
  isLabelled = false,
  rollout = 'publish',
  canaryShare = 0,
  isCompared = true,
  isFaulty = false,
}: Asked = {}) {
  const model = modelWith({ byWindows: 'drift', now: NOW, versionSince: NOW, history, ...given });
  const base = specOf({ retrain: { minLabels: 300, ...retrain } });
  const spec = { ...base, rollout: { ...base.rollout, canaryShare } };
  const change =
    presentFrom === undefined ? undefined : { at: presentFrom, from: presentFrom, to: presentFrom };
  const occasion = { changePoint: change, reasons: ['why'], isLabelled, rollout, isCompared, isFaulty };
  return { model, command: retrainCommand(model, spec, occasion, 77) };
}
const isAsked = (asked: Asked) => ask(asked).command !== undefined;

const since = { presentFrom: START + 7000 };
const stable = { byWindows: 'stable' as const };

test('drift asks for a new version on rows since the change and before it', () => {
  const { command, model } = ask({ ...since, model: { labelsThrough: [{ partition: 0, offset: 9 }] } });
  const { commandId, selection, ...rest } = command!;
  assert.deepEqual(rest, {
    model: 'm',
    baseVersion: 4,
    action: 'retrain',
    restoreVersion: null,
    rollout: 'publish',
    eventTime: NOW,
    labelsThrough: [{ partition: 0, offset: 9 }],
    strategy: 'naive',
    maxSeconds: 10,
    maxSteps: 100,
    reasons: ['why'],
    issuedAt: 77,
    issuedBy: 'ensemble',
  });
  assert.deepEqual([selection.at(-1)?.from, selection.at(-1)?.to], [START + 7000, NOW]);
  assert.match(commandId, /^[0-9a-f]{32}$/);
  assert.deepEqual(model.command, { at: NOW });
});

test('drift whose first cause is a fault of the pipeline asks for none: no version is to learn it', () => {
  assert.ok(isAsked(since));
  assert.ok(!isAsked({ ...since, isFaulty: true }));
});

test('the id is that of the decision: when it is issued is no part of it, what it rests on is', () => {
  const idOf = (asked: Asked, now: number) => {
    const { model } = ask({ ...asked, retrain: { enabled: false } });
    const spec = specOf({ retrain: { minLabels: 300 } });
    const { rollout = 'publish' } = asked;
    const changePoint = { at: START, from: START, to: START };
    const occasion = {
      changePoint,
      reasons: ['why'],
      isLabelled: false,
      rollout,
      isCompared: true,
      isFaulty: false,
    };
    return retrainCommand(model, spec, occasion, now)?.commandId;
  };
  assert.equal(idOf({}, 1), idOf({}, 2));
  assert.notEqual(idOf({ model: { version: 5 } }, 1), idOf({}, 1));
  assert.notEqual(idOf({ rollout: 'shadow' }, 1), idOf({}, 1));
});

test('nothing is asked for without drift, where the loop may not, or while the last command is a cooldown ago', () => {
  const asked = [
    since,
    { ...since, model: stable },
    { ...since, model: { byWindows: 'warning' as const } },
    { ...since, model: { ...stable, state: 'drift' as const } },
    { model: { ...stable, history: [...history, labelled(NOW, 100)] } },
    { ...since, retrain: { enabled: false } },
    { ...since, retrain: { cooldownMs: 1000 }, model: { command: { at: NOW - 999 } } },
    { ...since, retrain: { cooldownMs: 1000 }, model: { command: { at: NOW - 1000 } } },
  ];
  assert.deepEqual(asked.map(isAsked), [true, false, false, false, false, false, false, true]);
});

test('while a candidate is on trial none is asked for; one that is published at once is not awaited', () => {
  const { command, model } = ask({ ...since, rollout: 'shadow' });
  assert.equal(command?.rollout, 'shadow');
  assert.deepEqual(model.awaited, { since: NOW, missed: 0 });
  assert.equal(isAsked({ ...since, model: { awaited: { since: 0, missed: 7 } } }), false);
  const published = ask(since);
  assert.deepEqual([published.command?.rollout, published.model.awaited], ['publish', null]);
});

test('a command that is not due leaves the cooldown as it is', () => {
  const { model } = ask({ ...since, retrain: { minLabels: 5000 } });
  assert.equal(model.command, null);
});

test('all labels that may be chosen must be enough, and of one at least', () => {
  assert.deepEqual(
    [1000, 1001].map((minLabels) => isAsked({ ...since, retrain: { minLabels } })),
    [true, false],
  );
  const none = {
    model: { history: [labelled(START + 9000, 0)] },
    presentFrom: START + 9000,
    retrain: { minLabels: 0 },
  };
  assert.equal(isAsked(none), false);
  assert.equal(isAsked({ ...none, model: { history: [labelled(START + 9000, 1)] } }), true);
});

test('a tenth of the labels must be from after the change', () => {
  const few = (count: number) => [...history.slice(0, 9), labelled(START + 9000, count)];
  const after = (count: number) => isAsked({ presentFrom: START + 9000, model: { history: few(count) } });
  assert.deepEqual([after(30), after(29)], [true, false]);
  // Without one they are those from after now.
  assert.equal(isAsked({}), false);
  assert.equal(isAsked({ model: { history: [...history, labelled(NOW, 30)] } }), true);
  // One at least, however few are enough.
  assert.equal(
    isAsked({ presentFrom: START + 9000, model: { history: few(0) }, retrain: { minLabels: 2 } }),
    false,
  );
});

const old = {
  model: { ...stable, versionSince: NOW - 2 * DAY_MS },
  retrain: { maxAgeMs: 2 * DAY_MS },
  isLabelled: true,
};

test('a version of the greatest age is replaced when labels come, though none are from after a change', () => {
  const { command } = ask(old);
  assert.deepEqual(command?.reasons, ['version 4 is 2 days old, the most that its spec allows']);
  assert.deepEqual([command?.selection[0]?.from, command?.selection.at(-1)?.to], [START, NOW]);
  assert.deepEqual(
    [
      { ...old, isLabelled: false },
      { ...old, retrain: { maxAgeMs: 2 * DAY_MS + 1 } },
      { ...old, retrain: { maxAgeMs: 0 } },
      { ...old, model: { ...old.model, command: { at: NOW - 2 * DAY_MS + 1 } } },
      { ...old, model: { ...old.model, command: { at: NOW - 2 * DAY_MS } } },
    ].map(isAsked),
    [false, false, false, false, true],
  );
});

test('an old version that drifts is replaced for its drift', () => {
  const { command } = ask({ ...old, ...since, model: { ...old.model, byWindows: 'drift' } });
  assert.deepEqual(command?.reasons, ['why']);
  assert.equal(command?.selection.at(-1)?.from, START + 7000);
});

const rival = {
  version: 1,
  evidence: { value: 81.4, since: 5000 },
  text: 'it does better',
  windows: 2,
  lead: 9,
};
const restore = (given: Partial<Omit<ModelState, 'signals'>> = {}, spec = inShadow(1)) => {
  const model = modelWith({ now: NOW, rivals: [rival], ...given });
  return { model, command: restoreCommand(model, spec, 77) };
};

test('a version that is proven better is asked back, and why', () => {
  const { command, model } = restore();
  assert.deepEqual(
    { ...command, commandId: '' },
    {
      commandId: '',
      model: 'm',
      baseVersion: 4,
      action: 'restore',
      restoreVersion: 1,
      rollout: 'publish',
      eventTime: NOW,
      selection: [],
      labelsThrough: [],
      strategy: 'naive',
      maxSeconds: 10,
      maxSteps: 100,
      reasons: [
        'it does better',
        'the evidence that version 1 is right more often stands at 81 to 1 since 1970-01-01T00:00:05.000Z',
      ],
      issuedAt: 77,
      issuedBy: 'ensemble',
    },
  );
  assert.deepEqual(model.askedBack, { at: NOW, from: 4, to: 1 });
  const { command: undated } = restore({ rivals: [{ ...rival, evidence: { value: 81.4, since: null } }] });
  assert.match(undated?.reasons[1] ?? '', /stands at 81 to 1$/);
});

test('no version is asked back where none is proven or the loop may not, and nothing is noted', () => {
  const disabled = { ...inShadow(1), retrain: { ...inShadow(1).retrain, enabled: false } };
  for (const { command, model } of [restore({}, inShadow()), restore({}, disabled)]) {
    assert.equal(command, undefined);
    assert.equal(model.askedBack, null);
  }
});

test('from the same version it is asked again after four windows or the cooldown, from another at once', () => {
  const asked = (agoMs: number, from: number, cooldownMs = 0) => {
    const spec = { ...inShadow(1), retrain: { ...inShadow(1).retrain, cooldownMs } };
    return restore({ askedBack: { at: NOW - agoMs, from, to: 1 } }, spec).command !== undefined;
  };
  assert.deepEqual([asked(3999, 4), asked(4000, 4), asked(1, 3)], [false, true, true]);
  assert.deepEqual([asked(5999, 4, 6000), asked(6000, 4, 6000)], [false, true]);
});

test('a candidate that becomes the canary is waited for, where versions are compared', () => {
  const awaited = (asked: Asked) => ask({ ...since, ...asked }).model.awaited;
  assert.deepEqual(awaited({ canaryShare: 0.1 }), { since: NOW, missed: 0 });
  assert.equal(awaited({ canaryShare: 0.1, isCompared: false }), null);
  assert.equal(awaited({}), null);
});
