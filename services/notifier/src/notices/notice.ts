import type { BusRecord } from '@driftloop/bus';
import { isoTime, NOTIFIED_STATES, type NotifiedState, STATE_NAMES } from '@driftloop/notifications';

/** Topics that tell of what rules may be about. */
export const NOTICED_TOPICS = [
  'drift.verdicts',
  'model.events',
  'training.progress',
  'dead.letters',
] as const;
export type NoticedTopic = (typeof NOTICED_TOPICS)[number];

/** Something that has happened and that a rule may be about. */
export interface Notice {
  readonly state: NotifiedState;
  /** Empty where it is about none. */
  readonly model: string;
  /** When the log was told, epoch ms. */
  readonly at: number;
  readonly offset: number;
  /** In words, for a person. Nothing of a record's values: it leaves the house. */
  readonly text: string;
}

/**
 * What a record tells; undefined for nothing. Verdicts tell of each window, not only of changes.
 * Pure.
 */
export function noticeOf(record: BusRecord<NoticedTopic>): Notice | undefined {
  const { offset, timestamp: at } = record;
  const about = (state: NotifiedState, model: string, text: string): Notice => ({
    state,
    model,
    at,
    offset,
    text,
  });
  switch (record.topic) {
    case 'drift.verdicts': {
      const { model, version, state, likelihood, windowEnd, evidence } = record.value;
      if (!isNotified(state)) return undefined;
      const why = state === 'stable' ? undefined : evidence[0]?.text;
      const until = isoTime(windowEnd);
      return about(
        state,
        model,
        `${model}: ${NOTIFIED_STATES[state].words} (version ${version}, likelihood ${likelihood.toFixed(2)}, window until ${until})${why === undefined ? '' : `. ${why}`}`,
      );
    }
    case 'model.events': {
      const { model, version, kind, restoredVersion, reasons, actor } = record.value;
      if (!isNotified(kind)) return undefined;
      const back = restoredVersion === null ? '' : `, version ${restoredVersion} is live again`;
      const why = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
      return about(
        kind,
        model,
        `${model}: version ${version} is ${NOTIFIED_STATES[kind].words}${back} (by ${actor})${why}`,
      );
    }
    case 'training.progress': {
      const { model, phase, commandId, message } = record.value;
      if (phase !== 'failed') return undefined;
      return about('retrainFailed', model, `${model}: training by command ${commandId} failed: ${message}`);
    }
    case 'dead.letters': {
      const { topic, partition, offset: of, code, service } = record.value;
      return about('deadLetter', '', `${service} could not handle ${topic}/${partition}/${of}: ${code}`);
    }
  }
}

/** A newer release may know states that this one does not. */
function isNotified(state: string): state is NotifiedState {
  return (STATE_NAMES as readonly string[]).includes(state);
}
