import type { Bus, FollowerHealth } from '@driftloop/bus';
import { type Answers, createAnswers } from './answers.ts';

/** Answers that are kept up to date from Kafka. */
export interface FollowedAnswers extends Answers {
  /** Whether answers are being read, and if not, why. */
  health(): Pick<FollowerHealth, 'ok' | 'reason'>;
  /** Ends all waiting and reads nothing more. */
  end(): Promise<void>;
}

/**
 * Follows answers and dead letters from now on. Of other producers' traffic only the keys are
 * looked at.
 * @param most how many requests are remembered
 * @returns once everything that is sent from here on will be seen
 */
export async function followAnswers(
  bus: Pick<Bus, 'follow'>,
  most: number,
  onCrash: (error: unknown) => void,
): Promise<FollowedAnswers> {
  const answers = createAnswers(most);
  const options = { fromBeginning: false, keep: answers.isAwaited, onCrash };
  const followers = await Promise.all([
    bus.follow(
      'inference.predictions',
      (records) => answers.answered(records.map(({ value }) => value)),
      options,
    ),
    bus.follow('dead.letters', (records) => answers.refused(records.map(({ value }) => value)), options),
  ]);
  return {
    ...answers,
    health: () => followers.map((follower) => follower.health()).find(({ ok }) => !ok) ?? { ok: true },
    async end() {
      answers.close();
      await Promise.all(followers.map((follower) => follower.close()));
    },
  };
}
