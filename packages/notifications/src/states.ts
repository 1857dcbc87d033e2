import type { NotificationSeverity } from '@driftloop/schemas';

/** What may be told of, and how bad it is. */
interface State {
  readonly severity: NotificationSeverity;
  /** Role of the version that it is about; undefined where it is about none. */
  readonly role?: VersionRole;
  /** After “version 3 …” or “elec: …”. */
  readonly words: string;
}

/** What a version does. */
export const VERSION_ROLES = ['live', 'canary', 'shadow', 'candidate'] as const;
export type VersionRole = (typeof VERSION_ROLES)[number];

/**
 * Everything that a rule can be about: states of drift.verdicts, kinds of model.events, training
 * that failed, records that could not be handled.
 */
export const NOTIFIED_STATES = {
  stable: { severity: 'info', role: 'live', words: 'stable again' },
  warning: { severity: 'warning', role: 'live', words: 'drift is likely' },
  drift: { severity: 'error', role: 'live', words: 'drift is confirmed' },
  recovering: { severity: 'info', role: 'live', words: 'recovering with a new version' },
  registered: { severity: 'info', role: 'candidate', words: 'registered' },
  candidate: { severity: 'info', role: 'candidate', words: 'a candidate' },
  rejected: { severity: 'warning', role: 'candidate', words: 'rejected' },
  canary: { severity: 'info', role: 'canary', words: 'answering a share of the requests' },
  shadow: { severity: 'info', role: 'shadow', words: 'answering in shadow' },
  published: { severity: 'info', role: 'live', words: 'live' },
  rolledBack: { severity: 'error', role: 'live', words: 'rolled back' },
  retrainFailed: { severity: 'error', role: 'candidate', words: 'training failed' },
  deadLetter: { severity: 'warning', words: 'could not be handled' },
} as const satisfies Readonly<Record<string, State>>;

/** One of them. */
export type NotifiedState = keyof typeof NOTIFIED_STATES;
/** Their names, in the order of the table. */
export const STATE_NAMES = Object.keys(NOTIFIED_STATES) as NotifiedState[];

const SEVERITIES: readonly NotificationSeverity[] = ['info', 'warning', 'error'];

/** The worse of two. */
export function worse(a: NotificationSeverity, b: NotificationSeverity): NotificationSeverity {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
}

/** Role of a state; undefined where it is about no version. */
export function roleOf(state: NotifiedState): VersionRole | undefined {
  const entry: State = NOTIFIED_STATES[state];
  return entry.role;
}
