import type { StudyEvent } from '@driftloop/schemas';
import { type Job, jobsOf, type Metrics } from '../design/jobs.ts';
import { checkStudy, type Study } from '../design/study.ts';

/** How far a job is. */
export interface JobState {
  readonly status: 'waiting' | 'claimed' | 'done' | 'failed';
  /** The newest attempt; 0 before the first. */
  readonly attempt: number;
  /** Attempts that said that they failed. */
  readonly failures: number;
  /** Who works on it. */
  readonly worker: string;
  /** Log time until which nobody else may take it, epoch ms. */
  readonly leaseUntil: number;
  readonly result: Metrics | undefined;
  /** Why it failed the last time. */
  readonly reason: string;
}

/** A study and its jobs. */
export interface StudyState {
  readonly id: string;
  readonly study: Study;
  /** Place in the log where it was planned: of equal priority the first is worked on first. */
  readonly plannedAt: number;
  isStopped: boolean;
  /** As far as they are known: those of halving's next round follow when these are over. */
  jobs: readonly Job[];
  /** Jobs that are not over. */
  open: number;
  readonly states: Map<string, JobState>;
}

/** Studies by id; `applyEvent` changes them. */
export type Studies = Map<string, StudyState>;

/** A record of study.events: its place and its time are the log's. */
export interface LoggedEvent {
  readonly offset: number;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly value: StudyEvent;
}

export const DEFAULT_LEASE_MS = 15_000;
const DEFAULT_ATTEMPTS = 3;
/** Workers that may end while at a job before it is held to be what ends them. */
const MOST_LOST = 20;

const FRESH: JobState = {
  status: 'waiting',
  attempt: 0,
  failures: 0,
  worker: '',
  leaseUntil: 0,
  result: undefined,
  reason: '',
};

/**
 * Takes the next record. Everybody who reads the log comes to the same state: of those who claim a
 * job the first in the log has it, until its lease is over by the log's time, and the first result
 * counts. What makes no sense is passed over.
 */
export function applyEvent(studies: Studies, { offset, timestamp, value }: LoggedEvent): void {
  if (value.kind === 'planned') {
    plan(studies, value, offset);
    return;
  }
  const state = studies.get(value.study);
  if (!state) return;
  if (value.kind === 'stopped') {
    state.isStopped = true;
    return;
  }
  const job = state.states.get(value.job);
  if (!job || isOver(job)) return;
  const after = next(job, value, timestamp, state.study);
  if (!after) return;
  state.states.set(value.job, after);
  if (!isOver(after)) return;
  state.open--;
  // A round takes as long to plan as it has jobs: once for each of them would be their square.
  if (state.open === 0 && state.study.design.kind === 'halving') replan(state);
}

/** A job that may be begun: what comes before it is done, and nobody is at it. */
export function isReady({ states, isStopped }: StudyState, job: Job, now: number): boolean {
  const own = states.get(job.id);
  if (!own || isStopped || isOver(own) || (own.status === 'claimed' && now < own.leaseUntil)) return false;
  return job.after.every((id) => states.get(id)?.status === 'done');
}

/** Whether workers have ended at a job again and again: whoever sees it says that it failed. */
export function isLost({ attempt, status, leaseUntil }: JobState, now: number): boolean {
  return status === 'claimed' && attempt >= MOST_LOST && now >= leaseUntil;
}

/**
 * Whether nothing of a study can be done any more: all is done, failed, or after what has failed.
 */
export function isFinished(state: StudyState): boolean {
  if (state.isStopped) return true;
  const hopeless = new Set<string>();
  return state.jobs.every(({ id, after }) => {
    const status = state.states.get(id)?.status;
    const isHopeless = status === 'failed' || after.some((before) => hopeless.has(before));
    if (isHopeless) hopeless.add(id);
    return isHopeless || status === 'done';
  });
}

function isOver({ status }: JobState): boolean {
  return status === 'done' || status === 'failed';
}

function next(job: JobState, event: StudyEvent, timestamp: number, study: Study): JobState | undefined {
  const { kind, worker, attempt, body } = event;
  const isHolder = job.status === 'claimed' && job.worker === worker && job.attempt === attempt;
  const isFree = job.status !== 'claimed' || timestamp >= job.leaseUntil;
  const leaseUntil = timestamp + (study.leaseMs ?? DEFAULT_LEASE_MS);
  switch (kind) {
    case 'claimed':
      if (isHolder) return { ...job, leaseUntil };
      return isFree && attempt === job.attempt + 1
        ? { ...job, status: 'claimed', worker, attempt, leaseUntil }
        : undefined;
    case 'done': {
      const result = metricsIn(body);
      return result && { ...job, status: 'done', result, reason: '' };
    }
    case 'failed': {
      if (!isHolder && !(isFree && attempt === job.attempt)) return undefined;
      const failures = job.failures + 1;
      const isLast = failures >= (study.attempts ?? DEFAULT_ATTEMPTS) || attempt >= MOST_LOST;
      return { ...job, status: isLast ? 'failed' : 'waiting', failures, reason: body };
    }
    default:
      return undefined;
  }
}

/** It names a folder: see `studyId`. */
const STUDY_ID = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/;

function plan(studies: Studies, { study: id, body }: StudyEvent, offset: number): void {
  if (studies.has(id) || !STUDY_ID.test(id)) return;
  try {
    const study = checkStudy(JSON.parse(body), id);
    const state: StudyState = {
      id,
      study,
      plannedAt: offset,
      isStopped: false,
      jobs: [],
      open: 0,
      states: new Map(),
    };
    replan(state);
    studies.set(id, state);
  } catch {
    // Whoever plans a study checks it: this is none.
  }
}

function replan(state: StudyState): void {
  state.jobs = jobsOf(state.study, (id) => {
    const job = state.states.get(id);
    if (job?.status === 'done') return job.result;
    return job?.status === 'failed' ? null : undefined;
  });
  for (const { id } of state.jobs) {
    if (state.states.has(id)) continue;
    state.states.set(id, FRESH);
    state.open++;
  }
}

/** Numbers by name; undefined for anything else. */
function metricsIn(body: string): Metrics | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    const entries = Object.entries(parsed);
    const isMetrics = entries.every(([, value]) => value === null || typeof value === 'number');
    return isMetrics ? Object.fromEntries(entries) : undefined;
  } catch {
    return undefined;
  }
}
