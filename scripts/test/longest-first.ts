/**
 * Seconds that the longest test files take, about, beside others. They begin first: a long one that
 * begins last is waited for alone.
 */
const LONG_FILES_S: Readonly<Record<string, number>> = {
  'cli/test/console/console.test.ts': 290,
  'test/trainer.test.ts': 240,
  'test/open-inference.test.ts': 200,
  'faults/test/scenarios.test.ts': 170,
  'cli/test/operations.test.ts': 165,
  'services/inference/test/integration/crash.test.ts': 128,
  'cli/test/outputs-live.test.ts': 128,
  'simulation/test/seeds.test.ts': 540,
  'cli/test/up.test.ts': 55,
  'infra/local/test/lifecycle.test.ts': 49,
  'cli/test/doctor.test.ts': 46,
  'test/kill.test.ts': 70,
  'packages/dead-letters/test/resend.test.ts': 68,
  'cli/test/tables-live.test.ts': 40,
  'cli/test/register.test.ts': 39,
  'packages/drift-stages/test/map/chunked-map.test.ts': 36,
  'services/inference/test/integration/poison.test.ts': 35,
  'cli/test/exported/live.test.ts': 35,
  'packages/bus/test/broker-restart.test.ts': 34,
  'test/loop.test.ts': 34,
  'packages/streams/test/fold.test.ts': 30,
  'packages/warehouse/test/ingest.test.ts': 30,
  'services/inference/test/integration/topics.test.ts': 29,
  'test/bad-input.test.ts': 29,
  'test/beside.test.ts': 50,
  'test/clients.test.ts': 60,
  'services/gateway/test/schemathesis.test.ts': 57,
  'benchmarks/test/loop/earns.test.ts': 46,
  'cli/test/study-live.test.ts': 44,
  'cli/test/columns-live.test.ts': 35,
  'test/trainer-bad-data.test.ts': 29,
  'infra/local/test/kafka-engine.test.ts': 26,
  'cli/test/round-trip/round-trip.test.ts': 25,
  'packages/bus/test/consumer/faults.test.ts': 25,
  'services/inference/test/integration/serving.test.ts': 25,
  'simulation/test/broken-records.test.ts': 25,
  'packages/streams/test/kill.test.ts': 24,
  'cli/test/produce-interrupt.test.ts': 21,
  'packages/warehouse/test/restart.test.ts': 18,
  'packages/drift/test/replay/replay.test.ts': 69,
  'packages/warehouse/test/delivery.test.ts': 15,
  'packages/warehouse/test/queries.test.ts': 15,
  'services/inference/test/integration/bad-input.test.ts': 15,
  'simulation/test/mutants.test.ts': 15,
  'infra/local/test/clickhouse-client.test.ts': 13,
  'packages/warehouse/test/migrate.test.ts': 13,
  'services/trainer/test/engines.test.ts': 13,
  'services/trainer/test/resume.test.ts': 13,
  'cli/test/commands.test.ts': 12,
  'packages/autodiff/test/webgpu.test.ts': 12,
  'packages/bus/test/python.test.ts': 12,
  'packages/bus/test/consumer/consumer.test.ts': 11,
  'packages/warehouse/test/partitions-added.test.ts': 11,
  'services/inference/test/integration/given-files.test.ts': 10,
  'simulation/test/determinism.test.ts': 10,
  'cli/test/dry-run.test.ts': 9,
  'packages/continual/test/first/train-first.test.ts': 9,
  'cli/test/damaged-state.test.ts': 8,
  'packages/bus/test/consumer/rebalance.test.ts': 8,
  'packages/bus/test/consumer/topic-changes.test.ts': 8,
  'packages/continual/test/retrain/decision.test.ts': 8,
  'invariance/test/replay.test.ts': 7,
  'packages/continual/test/strategies/keeping.test.ts': 7,
  'packages/drift/test/windows/bounds.test.ts': 7,
  'services/inference/test/session-pool.test.ts': 7,
  'benchmarks/test/loop/policies.test.ts': 6,
  'packages/continual/test/strategies/promises.test.ts': 6,
  'services/gateway/test/app.test.ts': 6,
};
/** All others take a few. */
const SHORT_FILE_S = 3;

/** The files of which it is known how long they take. */
export const LONG_FILES: readonly string[] = Object.keys(LONG_FILES_S);

/** Whether a file is known to take long. */
export function isLong(file: string): boolean {
  return Object.hasOwn(LONG_FILES_S, file);
}

/** Test files in the order in which they are to begin: the longest first, others by name. */
export function longestFirst(files: readonly string[]): string[] {
  const seconds = (file: string) => LONG_FILES_S[file] ?? SHORT_FILE_S;
  return [...files].sort((a, b) => seconds(b) - seconds(a) || (a < b ? -1 : 1));
}
