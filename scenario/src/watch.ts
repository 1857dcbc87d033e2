import { setTimeout as sleep } from 'node:timers/promises';
import type { Connections } from '@driftloop/connections';
import type { DriftVerdict } from '@driftloop/schemas';

/** How the loop is doing at a moment. */
export interface Glimpse {
  /** Served answers so far, by what is on Kafka. */
  readonly answers: number;
  /** Since the glimpse before. */
  readonly answersPerSecond: number;
  readonly liveVersion: number | null;
  /** The newest verdict; undefined before the first. */
  readonly verdict: DriftVerdict | undefined;
  /** The trainer's newest phase; undefined before its first. */
  readonly training: string | undefined;
}

/** Glances at the loop about once per interval until it is told to end. */
export async function watchLoop(
  { bus, registry }: Pick<Connections, 'bus' | 'registry'>,
  options: {
    readonly model: string;
    readonly intervalMs: number;
    readonly signal: AbortSignal;
    onGlimpse(glimpse: Glimpse): void;
  },
): Promise<void> {
  let verdict: DriftVerdict | undefined;
  let training: string | undefined;
  const verdicts = await bus.follow('drift.verdicts', (records) => {
    verdict = records.findLast(({ value }) => value.model === options.model)?.value ?? verdict;
  });
  const progress = await bus.follow('training.progress', (records) => {
    training = records.findLast(({ value }) => value.model === options.model)?.value.phase ?? training;
  });
  const answersPerRequest = () => {
    const { spec, state } = registry.model(options.model) ?? {};
    const named = spec?.rollout.shadowVersions ?? [];
    const candidate = state?.shadow ?? null;
    return 1 + named.length + Number(candidate !== null && !named.includes(candidate));
  };
  let before = { records: 0, answers: 0, at: performance.now() };
  try {
    while (!options.signal.aborted) {
      await sleep(options.intervalMs, undefined, { signal: options.signal }).catch(() => {});
      const ends = await bus.offsets('inference.predictions');
      const records = ends.reduce((sum, { low, high }) => sum + high - low, 0);
      // A candidate in shadow comes and goes: what was answered before stays as it was counted.
      const answers = before.answers + (records - before.records) / answersPerRequest();
      const now = { records, answers, at: performance.now() };
      options.onGlimpse({
        answers: Math.round(answers),
        answersPerSecond: ((now.answers - before.answers) * 1_000) / (now.at - before.at),
        liveVersion: registry.model(options.model)?.state.live ?? null,
        verdict,
        training,
      });
      before = now;
    }
  } finally {
    await Promise.all([verdicts.close(), progress.close()]);
  }
}
