import { type Sample, samplesOf } from './samples.ts';
import type { Step, Study } from './study.ts';

/** One thing to do. */
export interface Job {
  /** Unique in its study, and the same whenever the study is planned. */
  readonly id: string;
  /** Which sample; null for a step that is for all. */
  readonly sample: number | null;
  readonly values: Sample;
  /** Of a study of steps. */
  readonly step?: Step;
  /** Of halving: round, from 0, and the share of the slice that it sees. */
  readonly round?: number;
  readonly share?: number;
  /** Jobs that must be done before. */
  readonly after: readonly string[];
}

/** Numbers that a job came to, by name. */
export type Metrics = Readonly<Record<string, number | null>>;

/**
 * The jobs of a study as far as they are known: those of a round of halving follow from the results
 * of the round before. A function of its arguments: whoever asks gets the same.
 *
 * @param resultOf what a job came to; undefined while it is not done, null where it has failed
 */
export function jobsOf(study: Study, resultOf: (id: string) => Metrics | null | undefined): Job[] {
  const samples = samplesOf(study);
  if (study.steps) return jobsOfSteps(study.steps, samples);
  if (study.design.kind !== 'halving')
    return samples.map((values, sample) => ({ id: String(sample), sample, values, after: [] }));
  return jobsOfHalving(study, samples, resultOf);
}

function jobsOfSteps(steps: readonly Step[], samples: readonly Sample[]): Job[] {
  const isForAll = new Map(steps.map((step) => [step.name, step.for === 'all']));
  const idsOf = (name: string): string[] =>
    isForAll.get(name) ? [name] : samples.map((_, sample) => `${name}/${sample}`);
  return steps.flatMap((step): Job[] => {
    const { name, after = [] } = step;
    if (step.for === 'all') {
      return [{ id: name, sample: null, values: {}, step, after: after.flatMap(idsOf) }];
    }
    return samples.map((values, sample) => ({
      id: `${name}/${sample}`,
      sample,
      values,
      step,
      after: after.map((before) => (isForAll.get(before) ? before : `${before}/${sample}`)),
    }));
  });
}

const ROUNDS = 3;
const FACTOR = 3;

/** Successive halving (Jamieson and Talwalkar, AISTATS 2016). */
function jobsOfHalving(
  study: Study,
  samples: readonly Sample[],
  resultOf: (id: string) => Metrics | null | undefined,
): Job[] {
  const { rounds = ROUNDS, factor = FACTOR } = study.design;
  const jobs: Job[] = [];
  let left = samples.map((_, sample) => sample);
  for (let round = 0; round < rounds; round++) {
    const share = factor ** (round - rounds + 1);
    const own = left.map(
      (sample): Job => ({
        id: `${round}/${sample}`,
        sample,
        values: samples[sample] ?? {},
        round,
        share,
        after: [],
      }),
    );
    jobs.push(...own);
    const results = own.map(({ id }) => resultOf(id));
    if (results.some((result) => result === undefined)) return jobs;
    const ranked = own
      .map(({ sample }, i) => ({ sample: sample ?? 0, loss: lossOf(study, results[i] ?? null) }))
      .filter(({ loss }) => loss < Number.POSITIVE_INFINITY)
      .sort((a, b) => a.loss - b.loss || a.sample - b.sample);
    left = ranked.slice(0, Math.max(1, Math.floor(own.length / factor))).map(({ sample }) => sample);
    if (left.length === 0) return jobs;
    left.sort((a, b) => a - b);
  }
  return jobs;
}

/** What is to be small: the first objective. */
function lossOf(study: Study, result: Metrics | null): number {
  const { of, wanted } = objectivesOf(study)[0] ?? { of: 'score', wanted: 'high' };
  const value = result?.[of];
  if (typeof value !== 'number') return Number.POSITIVE_INFINITY;
  return wanted === 'low' ? value : -value;
}

/** What is wanted of a study: said by it, or what a backtest is judged by. */
export function objectivesOf({ objectives, backtest }: Study): NonNullable<Study['objectives']> {
  if (objectives) return objectives;
  if (!backtest) return [];
  return [
    ...(backtest.train ? [{ of: 'score', wanted: 'high' as const }] : []),
    ...(backtest.truth
      ? [
          { of: 'missed', wanted: 'low' as const },
          { of: 'delayMs', wanted: 'low' as const },
          { of: 'falseAlarms', wanted: 'low' as const },
        ]
      : [{ of: 'alarms', wanted: 'low' as const }]),
    { of: backtest.train ? 'steps' : 'retrains', wanted: 'low' as const },
  ];
}
