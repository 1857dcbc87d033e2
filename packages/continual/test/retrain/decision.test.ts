import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LabelledRows } from '@driftloop/spec';
import { scoreAnswers } from '../../src/gate/scores.ts';
import {
  createMlp,
  type EarlierVersion,
  emptyMemory,
  predict,
  type RetrainOptions,
  type RetrainResult,
  retrain,
} from '../../src/index.ts';
import { engine, specOf } from '../fixtures.ts';
import { memoryOf, type Rows, rowsOf, streamOf, type Task, trained } from '../gate/candidates.ts';

const TURNED = Math.PI / 2;
/** Of versions: enough steps to know their concept. */
const versionOf = async (task: Task, ...stretches: Rows[]) =>
  (await trained({ task, data: streamOf(task, ...stretches) })).model;

const BUDGET = { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: 1200 };

function retrained(
  task: Task,
  options: Pick<RetrainOptions, 'live' | 'data'> & Partial<RetrainOptions>,
): Promise<RetrainResult> {
  return retrain({
    engine,
    spec: specOf(task, task === 'binary' ? 2 : 0, 2),
    memory: emptyMemory(2, 300),
    strategy: 'naive',
    budget: BUDGET,
    seed: 1,
    now: () => 0,
    ...options,
  });
}

async function accuracyOn(model: Uint8Array, task: Task, rows: Omit<Rows, 'rows' | 'seed'>): Promise<number> {
  const data = rowsOf(task, { ...rows, rows: 500, seed: 99 });
  return scoreAnswers((await predict(engine, model, data.features, 2)).outputs, data, task).accuracy;
}

/** What is handed back beside a rejection is what was judged, and the memory as it was. */
async function assertUntouched(result: RetrainResult, options: { memory: RetrainOptions['memory'] }) {
  assert.equal(result.accepted, false);
  assert.equal(result.memory, options.memory);
  const { rows, outputs } = result.judged;
  assert.deepEqual((await predict(engine, result.model, rows.features, 2)).outputs, outputs);
}

for (const task of ['binary', 'regression'] as const) {
  describe(task, async () => {
    const old = await versionOf(task, { rows: 600, seed: 1 });
    const young = await versionOf(task, { rows: 600, seed: 1, angle: TURNED });
    /** The concept has changed, and there are rows to learn the new one from. */
    const changed = streamOf(task, { rows: 300, seed: 2 }, { rows: 1200, seed: 3, angle: TURNED });
    /** The same, and has changed back in the newest rows, those that candidates are judged on. */
    const backAgain = streamOf(task, { rows: 1350, seed: 3, angle: TURNED }, { rows: 150, seed: 4 });

    test('a candidate that has learnt the new concept is accepted, then fitted on all rows', async () => {
      const result = await retrained(task, { live: old, data: changed });
      assert.equal(result.accepted, true, result.reasons.join('; '));
      assert.equal(result.restoreVersion, undefined);
      assert.match(result.reasons[0] ?? '', /^on the 150 newest rows .*: not worse$/);
      const halving = Math.round(result.metrics.halfLifeRows!);
      assert.equal(
        result.reasons.at(-1),
        `then fitted on all 1500 rows by naive, weights halving every ${halving}`,
      );
      assert.deepEqual(result.judged.rows.eventTimes, changed.eventTimes.subarray(1350));
      const { rows, outputs } = result.judged;
      const served = await predict(engine, result.model, rows.features, 2);
      assert.notDeepEqual(served.outputs, outputs, 'what goes live is not what was judged');
      assert.ok((await accuracyOn(result.model, task, { angle: TURNED })) > 0.75);
      assert.ok((await accuracyOn(old, task, { angle: TURNED })) < 0.6);
      assert.equal(result.memory.runs, 1);
      assert.equal(result.memory.seen, 1500);
    });

    test('what goes live has learnt from the newest rows, which no candidate has seen', async () => {
      // A place that nobody has been to before; nobody is right there, so no candidate is worse
      // than the live version.
      const data = streamOf(task, { rows: 900, seed: 2 }, { rows: 400, seed: 3, place: 'there' });
      const live = createMlp({ inputs: 2, task, classes: task === 'binary' ? 2 : 0, hidden: [16], seed: 5 });
      const { judged, model, ...result } = await retrained(task, {
        live,
        data,
        gate: { minRows: 400, tolerance: 1e9, significance: 0, calibrationMargin: 1, logLossMargin: 1e9 },
      });
      assert.equal(result.accepted, true, result.reasons.join('; '));
      assert.ok(scoreAnswers(judged.outputs, judged.rows, task).accuracy < 0.5);
      assert.ok((await accuracyOn(model, task, { place: 'there' })) > 0.7);
    });

    test('a candidate of an outdated concept is rejected for the newest rows', async () => {
      const options = { live: old, data: backAgain, memory: emptyMemory(2) };
      const result = await retrained(task, options);
      assert.match(result.reasons[0] ?? '', /^on the 150 newest rows .*: worse by more than/);
      assert.ok(result.reasons.every((reason) => !/then fitted/.test(reason)));
      assert.equal(result.restoreVersion, undefined);
      await assertUntouched(result, options);
    });

    test('an earlier version that fits the newest rows better than live version and candidate comes back', async () => {
      const options = { live: young, data: backAgain, memory: emptyMemory(2) };
      const closer = await versionOf(task, { rows: 1200, seed: 7 });
      const further = await versionOf(task, { rows: 600, seed: 1, angle: 0.5 });
      const earlier: EarlierVersion[] = [
        { version: 1, model: further },
        { version: 2, model: closer },
        { version: 3, model: young },
      ];
      const result = await retrained(task, { ...options, earlier });
      assert.equal(result.restoreVersion, 2);
      assert.match(
        result.reasons[0] ?? '',
        /^version 2 fits the 150 newest rows better than any other: its squared error is \d+\.\d % less$/,
      );
      await assertUntouched(result, options);
      const alone = await retrained(task, { ...options, earlier: earlier.slice(2) });
      assert.equal(alone.restoreVersion, undefined, 'the live version itself is no better than it is');
    });

    test('an earlier version that is better than the live one, but not than the candidate, stays where it is', async () => {
      const between = await versionOf(task, { rows: 600, seed: 1, angle: 0.9 });
      const data = streamOf(task, { rows: 1500, seed: 3, angle: TURNED });
      const result = await retrained(task, { live: old, data, earlier: [{ version: 1, model: between }] });
      assert.equal(result.restoreVersion, undefined);
      assert.equal(result.accepted, true, result.reasons.join('; '));
      const accuracy = (model: Uint8Array) => accuracyOn(model, task, { angle: TURNED });
      assert.ok((await accuracy(between)) > (await accuracy(old)));
    });

    test('with remembered rows replayed a candidate passes that is rejected for forgetting without', async () => {
      const live = await versionOf(task, { rows: 600, seed: 1 }, { rows: 600, seed: 2, place: 'there' });
      const memory = memoryOf(rowsOf(task, { rows: 300, seed: 3, place: 'there' }));
      // What it has learnt since is turned a little, so that there is something to gain.
      const data = streamOf(task, { rows: 1500, seed: 4, angle: 0.9 });
      // Of a value that was known to a tenth of its variance twice the error is still little;
      // naive's is more than a hundred times.
      const gate = task === 'regression' ? { forgettingMargin: 1 } : {};
      const options = { live, memory, data, gate, budget: { ...BUDGET, maxSteps: 4000 } };
      const naive = await retrained(task, options);
      assert.match(naive.reasons.join('; '), /^on 300 remembered rows .*: it forgets more than/);
      await assertUntouched(naive, options);
      const replayed = await retrained(task, { ...options, strategy: 'replay' });
      assert.equal(replayed.accepted, true, replayed.reasons.join('; '));
      const there = await accuracyOn(replayed.model, task, { place: 'there' });
      const lost = there - (await accuracyOn(naive.model, task, { place: 'there' }));
      assert.ok(there > 0.6 && lost > 0.2, `${there} of the other place is left, ${lost} less without`);
    });

    test('with too few labels nothing is judged: it is rejected, and says how many are needed', async () => {
      const few = (rows: number) => streamOf(task, { rows, seed: 2 });
      const fifty = await retrained(task, { live: old, data: few(59) });
      assert.deepEqual(fifty.reasons, [
        'only 29 newest labelled rows are at hand to judge by, 30 are needed',
      ]);
      assert.equal(fifty.accepted, false);
      assert.equal((await retrained(task, { live: old, data: few(60) })).judged.rows.rows, 30);
      const wanted = await retrained(task, { live: old, data: few(150), gate: { minRows: 100 } });
      assert.match(wanted.reasons.join(), /only 75 newest labelled rows .* 100 are needed/);
    });
  });
}

describe('classes', async () => {
  const live = await versionOf('binary', { rows: 600, seed: 1 });
  const data = streamOf('binary', { rows: 600, seed: 2 });
  const withLabels = (label: (row: number) => number) => ({
    ...data,
    labels: data.labels.map((given, row) => label(row) ?? given),
  });

  test('of one class alone nothing can be learnt, also where only the rows to judge by hold another', async () => {
    const refused = (rows: LabelledRows, message: RegExp) =>
      assert.rejects(retrained('binary', { live, data: rows }), { code: 'DATA_INVALID', message });
    await refused(
      withLabels(() => 1),
      /all 600 labels are of class 1/,
    );
    await refused(
      withLabels((row) => Number(row < 540)),
      /all 540 labels are of class 1/,
    );
    await refused(streamOf('binary', { rows: 0, seed: 1 }), /no labelled rows/);
  });

  test('newest rows of one class alone are judged like any others', async () => {
    const given = withLabels((row) => (row < 540 ? data.labels[row]! : 1));
    const result = await retrained('binary', { live, data: given });
    assert.equal(result.metrics.recentRows, 60);
  });
});

test('a strategy leaves what it keeps in the memory, and an unknown one is refused', async () => {
  const options = {
    live: await versionOf('binary', { rows: 200, seed: 1, angle: TURNED }),
    data: streamOf('binary', { rows: 600, seed: 2 }),
    budget: { ...BUDGET, maxSteps: 200 },
  };
  for (const strategy of ['online-ewc', 'si', 'what-and-how']) {
    const { accepted, reasons, memory } = await retrained('binary', { ...options, strategy });
    assert.equal(accepted, true, reasons.join('; '));
    const kept = [...memory.state.keys()];
    assert.ok(
      kept.some((key) => key.startsWith(`${strategy}/`)),
      kept.join(),
    );
  }
  await assert.rejects(retrained('binary', { ...options, strategy: 'guess' }), { code: 'STRATEGY_UNKNOWN' });
});

test('at most 1000 rows are set aside to judge by, and a tenth of fewer', async () => {
  const live = await versionOf('binary', { rows: 200, seed: 1 });
  const budget = { ...BUDGET, maxSteps: 8 };
  for (const [rows, judged] of [
    [2000, 200],
    [12_000, 1000],
  ] as const) {
    const result = await retrained('binary', { live, data: streamOf('binary', { rows, seed: 2 }), budget });
    assert.equal(result.judged.rows.rows, judged);
  }
});

test('fits that a run of the same job has finished are not made again', async () => {
  const kept = new Map<number, Awaited<ReturnType<typeof trained>>>();
  const checkpoints = {
    load: async (part: number) => kept.get(part),
    save: async (part: number, result: Awaited<ReturnType<typeof trained>>) => void kept.set(part, result),
  };
  const live = await versionOf('binary', { rows: 200, seed: 1 });
  const data = streamOf('binary', { rows: 600, seed: 2 });
  let reports = 0;
  const run = () => retrained('binary', { live, data, checkpoints, onProgress: () => void reports++ });
  const first = await run();
  assert.deepEqual([...kept.keys()], [0, 1, 2, 3]);
  const all = reports;
  assert.ok(all > 0);
  assert.deepEqual(await run(), first);
  assert.equal(reports, all, 'a fit was made again');
  kept.delete(3);
  assert.deepEqual((await run()).model, first.model);
  assert.ok(reports > all && reports < 2 * all, 'the one that was lost was made again, alone');
});

test('progress and budget are shared by all fits', async () => {
  const live = await versionOf('binary', { rows: 200, seed: 1 });
  const data = streamOf('binary', { rows: 600, seed: 2 });
  const steps: number[] = [];
  const planned = new Set<number>();
  const { metrics } = await retrained('binary', {
    live,
    data,
    budget: { ...BUDGET, maxSteps: 403 },
    onProgress: (report) => {
      steps.push(report.step);
      planned.add(report.steps);
    },
  });
  // Three candidates and the last fit take a quarter each, rounded down.
  assert.deepEqual([...planned], [400]);
  assert.deepEqual(
    steps,
    steps.toSorted((a, b) => a - b),
  );
  assert.equal(steps.at(-1), 400);
  assert.deepEqual([metrics.trialSteps, metrics.steps], [300, 100]);
});
