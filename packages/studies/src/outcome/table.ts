import type { Job, Metrics } from '../design/jobs.ts';
import { objectivesOf } from '../design/jobs.ts';
import type { Sample } from '../design/samples.ts';
import type { JobState, StudyState } from '../jobs/state.ts';
import { paretoFront } from './pareto.ts';

/** What a sample came to. */
export interface StudyRow {
  readonly sample: number;
  readonly values: Sample;
  readonly status: JobState['status'];
  /** Of a backtest its figures; of steps the numbers of all of the sample's. */
  readonly metrics: Metrics;
  /** Whether no other is better in one objective and no worse in the others. */
  readonly isFront: boolean;
  readonly reason: string;
}

/** How far a study is, and what it came to. */
export interface StudyTable {
  readonly id: string;
  readonly objectives: ReturnType<typeof objectivesOf>;
  readonly counts: Readonly<Record<JobState['status'], number>>;
  /** In the order of samples, whoever did them and when. */
  readonly rows: readonly StudyRow[];
  /** Results of steps that are for all samples, by step. */
  readonly all: Readonly<Record<string, Metrics>>;
}

/** Puts the results of a study together. Of rounds of halving the last one of a sample counts. */
export function studyTable(state: StudyState): StudyTable {
  const objectives = objectivesOf(state.study);
  const counts = { waiting: 0, claimed: 0, done: 0, failed: 0 };
  const bySample = new Map<number, { job: Job; own: JobState }[]>();
  const all: Record<string, Metrics> = {};
  for (const job of state.jobs) {
    const own = state.states.get(job.id);
    if (!own) continue;
    counts[own.status]++;
    if (job.sample === null) {
      if (own.result) all[job.id] = own.result;
    } else bySample.set(job.sample, [...(bySample.get(job.sample) ?? []), { job, own }]);
  }
  const lastRound = Math.max(0, ...state.jobs.map(({ round = 0 }) => round));
  const rows = [...bySample].map(([sample, parts]): StudyRow => {
    const metrics: Metrics = Object.assign({}, ...parts.map(({ own }) => own.result ?? {}));
    const worst = parts.find(({ own }) => own.status !== 'done') ?? parts.at(-1);
    const { status = 'waiting', reason = '' } = worst?.own ?? {};
    return { sample, values: parts[0]?.job.values ?? {}, status, metrics, isFront: false, reason };
  });
  // Of halving only those that have seen the whole slice can be compared.
  const isLast = (row: StudyRow) =>
    bySample.get(row.sample)?.some(({ job }) => (job.round ?? 0) === lastRound);
  const front = paretoFront(
    rows.map((row) => (row.status === 'done' && isLast(row) ? row.metrics : {})),
    objectives,
  );
  return {
    id: state.id,
    objectives,
    counts,
    rows: rows.map((row, i) => ({ ...row, isFront: front[i] ?? false })),
    all,
  };
}

/**
 * The best row: of the front the one with the best first objective, and the next ones between
 * equals; undefined where nothing is done.
 */
export function bestRow({ rows, objectives }: StudyTable): StudyRow | undefined {
  return rows
    .filter(({ isFront }) => isFront)
    .sort((a, b) => {
      for (const { of, wanted } of objectives) {
        const [left, right] = [a.metrics[of] ?? 0, b.metrics[of] ?? 0];
        if (left !== right) return wanted === 'low' ? left - right : right - left;
      }
      return a.sample - b.sample;
    })
    .at(0);
}
