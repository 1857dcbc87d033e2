import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { FirstVersion, Fleet, ServiceName } from '@driftloop/cli';
import {
  compareTopics,
  isSame,
  type RowDifferences,
  readConclusions,
  replayed,
  rowCounts,
} from '@driftloop/invariance';
import { type TestStack, testStack } from '@driftloop/local';
import { runScenario, type ScenarioReport, trainFirstVersion } from '@driftloop/scenario';
import { elecScenario } from './fixtures/elec.ts';

const ROWS = 8_000;

/** Row after which a service is killed -9 and started again. */
const KILLS: readonly (readonly [row: number, name: ServiceName])[] = [
  [1_000, 'inference'],
  [2_000, 'data-drift'],
  [3_000, 'prediction-drift'],
  [4_000, 'concept-drift'],
  [5_000, 'ensemble'],
  [6_000, 'trainer'],
];

/** A replay goes on to the end of the log, as the services do. */
const ALL_WINDOWS = new Map(
  ['data', 'prediction', 'concept'].map((signal) => [`elec/${signal}`, Number.POSITIVE_INFINITY]),
);

interface Run {
  readonly report: ScenarioReport;
  /** What drift came to, beside a replay of the run's own log: topic → differences. */
  readonly drift: ReadonlyMap<string, RowDifferences>;
  /** Request id → what version 1 answered. */
  readonly answers: ReadonlyMap<string, number>;
}

/** Trained once: both runs must serve the same version, and be held against the same reference. */
let firstVersion: Promise<FirstVersion> | undefined;

/**
 * One run without retraining, so that the same version answers throughout and both runs must answer
 * the same. What they say of drift may differ: rows that come later in one than in the other make
 * another log.
 */
async function run(
  stack: TestStack,
  disturb: (fleet: Fleet, requests: number) => Promise<void>,
): Promise<Run> {
  const dataDir = mkdtempSync(join(tmpdir(), 'driftloop-kill-'));
  let drift: Run['drift'] = new Map();
  let answers = new Map<string, number>();
  try {
    const scenario = await elecScenario({
      dataDir,
      stack,
      streamedRows: ROWS,
      rate: 1_000,
      change: (spec) => ({ ...spec, retrain: { ...spec.retrain, enabled: false } }),
    });
    firstVersion ??= trainFirstVersion(scenario);
    const report = await runScenario(
      { ...scenario, firstVersion: await firstVersion },
      {
        onSent: (fleet, { requests }) => disturb(fleet, requests),
        async onReport(_, connections) {
          const { warehouse } = connections;
          const conclusions = await readConclusions(connections);
          const expected = await replayed(connections, [scenario.spec]);
          drift = compareTopics(expected, conclusions.topics, ALL_WINDOWS);
          for (const [topic, { topic: rows, table }] of rowCounts(conclusions))
            assert.equal(table, rows, `${topic}: rows in ClickHouse`);
          const rows = await warehouse.query<{ id: string; predicted: number }>(
            `SELECT request_id AS id, predicted FROM ${warehouse.database}.predictions WHERE role = 'live'`,
          );
          answers = new Map(rows.map(({ id, predicted }) => [id, predicted]));
        },
      },
    );
    return { report, drift, answers };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

test('killing every service once changes neither counts nor answers, nor what drift the log shows', async () => {
  const stacks = await Promise.all([testStack(), testStack()]);
  after(() => Promise.all(stacks.map((stack) => stack.release())));
  const pending = [...KILLS];
  const restarts: Promise<void>[] = [];
  const disturb = async (fleet: Fleet, requests: number) => {
    while (pending[0] && requests >= pending[0][0]) {
      const [, name] = pending.shift() ?? [0, 'inference'];
      await fleet.kill(name);
      // Traffic goes on while the service starts.
      restarts.push(fleet.start(name));
    }
    if (requests === ROWS) await Promise.all(restarts);
  };
  // Side by side: most of a run is waiting for its last windows to close. Both end before either
  // is judged, so that a failure leaves no process behind.
  const [undisturbed, disturbed] = await both(
    run(stacks[0], async () => {}),
    run(stacks[1], disturb),
  );
  assert.equal(pending.length, 0);
  for (const { report } of [undisturbed, disturbed]) {
    assert.equal(report.requests, ROWS);
    assert.equal(report.predictions, ROWS);
    assert.equal(report.lost, 0);
    assert.equal(report.duplicated, 0);
  }
  assert.deepEqual(disturbed.answers, undisturbed.answers);
  for (const [name, { drift }] of Object.entries({ undisturbed, disturbed })) {
    for (const [topic, differences] of drift)
      assert(isSame(differences), `${name}, ${topic} beside a replay: ${JSON.stringify(differences)}`);
    const signals = drift.get('drift.signals')?.rows ?? 0;
    assert(signals > 100, `${name}: ${signals} signals`);
  }
});

/** Waits for both, also where one fails. */
async function both<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}
