import { createHash } from 'node:crypto';
import type { Bus, TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { Study } from '../design/study.ts';
import { applyEvent, type Studies, type StudyState } from './state.ts';

/**
 * The id of a study: its name and a hash of what it says, so that the same goes on where it was.
 */
export function studyId(study: Study): string {
  const hash = createHash('sha256').update(JSON.stringify(study)).digest('hex');
  return `${study.study}-${hash.slice(0, 8)}`;
}

/** Plans a study; harmless where it has been planned. @returns its id */
export async function planStudy(
  producer: Pick<TypedProducer, 'send'>,
  study: Study,
  actor: string,
): Promise<string> {
  const id = studyId(study);
  const body = JSON.stringify(study);
  await producer.send('study.events', [
    { key: id, value: { study: id, job: '', kind: 'planned', worker: actor, attempt: 0, body } },
  ]);
  return id;
}

/** Studies as the log tells them up to now. */
export async function readStudies(bus: Pick<Bus, 'slice'>): Promise<Studies> {
  const studies: Studies = new Map();
  for await (const records of bus.slice('study.events', { by: 'offset' }))
    for (const record of records) applyEvent(studies, record);
  return studies;
}

/**
 * The study with an id, or the newest with a name.
 *
 * @throws DriftloopError NOT_FOUND naming those that there are
 */
export function requireStudy(studies: ReadonlyMap<string, StudyState>, named: string): StudyState {
  const found = studies.get(named) ?? [...studies.values()].findLast(({ study }) => study.study === named);
  if (found) return found;
  const known = [...studies.keys()];
  throw new DriftloopError(
    'NOT_FOUND',
    `There is no study '${named}'. ${known.length > 0 ? `There are: ${known.join(', ')}.` : 'None has been run yet: `driftloop study run FILE`.'}`,
  );
}

/** All studies, folded from Kafka and kept up to date. */
export interface FollowedStudies {
  /** By id; as they are now. */
  readonly all: ReadonlyMap<string, StudyState>;
  health(): { readonly ok: boolean; readonly reason?: string };
  close(): Promise<void>;
}

/** Follows all studies from the beginning of their log; resolves once all of it is folded. */
export async function followStudies(
  bus: Pick<Bus, 'follow'>,
  onCrash: (error: unknown) => void,
): Promise<FollowedStudies> {
  const all: Studies = new Map();
  const { health, close } = await bus.follow(
    'study.events',
    (records) => {
      for (const record of records) applyEvent(all, record);
    },
    { onCrash },
  );
  return { all, health, close };
}

/** How a study is followed. */
export interface FollowStudyOptions {
  readonly signal: AbortSignal;
  /** Told whenever something has changed; true ends it. */
  onChange(state: StudyState): boolean;
}

/**
 * Follows a study until it is told that it is enough, or is aborted.
 *
 * @returns the study as it was then
 */
export async function followStudy(
  bus: Pick<Bus, 'follow'>,
  id: string,
  { signal, onChange }: FollowStudyOptions,
): Promise<StudyState> {
  const studies: Studies = new Map();
  const enough = Promise.withResolvers<void>();
  const onAbort = () => enough.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  const follower = await bus.follow(
    'study.events',
    (records) => {
      for (const record of records) applyEvent(studies, record);
      const state = studies.get(id);
      if (state && onChange(state)) enough.resolve();
    },
    { onCrash: enough.reject },
  );
  try {
    await enough.promise;
    return requireStudy(studies, id);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await follower.close();
  }
}
