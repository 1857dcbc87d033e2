import { type AskingLabel, cameBefore, requestOrder, type ServedAnswer } from '@driftloop/spec';

/** The answer that a label is about, of those that are known so far. */
export interface Choice {
  readonly label: AskingLabel;
  offer(answer: ServedAnswer | undefined): void;
  best(): ServedAnswer | undefined;
  /** Whether no older answer, wherever it is kept, can be chosen instead. */
  isNewest(): boolean;
}

/** Nothing is known yet. */
export function createChoice(label: AskingLabel): Choice {
  const { timestamp } = label;
  let best: ServedAnswer | undefined;
  return {
    label,
    offer(answer) {
      if (!answer) return;
      if (!best) best = answer;
      else if (cameBefore(answer, timestamp)) {
        if (!cameBefore(best, timestamp) || requestOrder(answer, best) > 0) best = answer;
      } else if (!cameBefore(best, timestamp) && requestOrder(answer, best) < 0) best = answer;
    },
    best: () => best,
    isNewest: () => best !== undefined && timestamp > 0 && cameBefore(best, timestamp),
  };
}
