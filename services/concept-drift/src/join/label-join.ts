import type { Connections } from '@driftloop/connections';
import { EARLY_LABEL_MS } from '@driftloop/drift';
import type { Clock } from '@driftloop/service';
import type { AskingLabel, ServedAnswer } from '@driftloop/spec';
import { createAnsweredClock } from './answered-clock.ts';
import { type Choice, createChoice } from './choice.ts';
import { createReadThrough } from './read-through.ts';
import type { RecentAnswers } from './recent-answers.ts';

/** Finds the answers that labels are about. */
export interface LabelJoin {
  /**
   * The answer that was served to the request of each label, with those in shadow, in the order of
   * the labels. There is none only where the request did not come within `EARLY_LABEL_MS` after its
   * label, or was not answered: it was refused, or is not kept any more.
   *
   * @param isEnding whether to wait no more
   * @throws DriftloopError PARTITION_LOST when it says so
   */
  answersFor(
    model: string,
    labels: readonly AskingLabel[],
    isEnding: () => boolean,
  ): Promise<(ServedAnswer | undefined)[]>;
}

/**
 * Joins labels to answers, however late they are: the newest answers are in memory, all others in
 * ClickHouse, which may still have to read them.
 *
 * What a label finds depends on the log alone, not on when it looked, nor on what is in memory. So
 * the requests until its time must have been answered, in the log's time, before one is chosen: an
 * id may have been used again. A label can also be early: before one counts as unmatched, the
 * requests are waited for until the time until which its request may come.
 */
export function createLabelJoin(
  { bus, warehouse }: Pick<Connections, 'bus' | 'warehouse'>,
  recent: RecentAnswers,
  clock: Clock,
): LabelJoin {
  const answered = createAnsweredClock(bus, recent, clock);
  const readThrough = createReadThrough({ bus, warehouse });

  return {
    async answersFor(model, labels, isEnding) {
      const now = clock.now();
      // A timestamp that lies ahead is one of a wrong clock; a label without one counts as of now.
      const times = labels.map(({ timestamp }) => (timestamp > 0 ? Math.min(timestamp, now) : now));
      const newest = times.reduce((most, time) => Math.max(most, time), 0);
      await answered.reached(newest, isEnding);
      const choices = labels.map((label) => createChoice(label));
      const chosen = () => choices.map(({ best }) => best());
      const remember = (open: readonly Choice[]) => {
        for (const choice of open) {
          const { requestId, timestamp } = choice.label;
          choice.offer(recent.find(model, requestId, timestamp));
        }
      };
      const look = async (open: readonly Choice[]) => {
        const rows = await warehouse.predictionsFor(
          model,
          open.map(({ label }) => label),
        );
        open.forEach((choice, i) => void choice.offer(rows[i]));
      };
      remember(choices);
      // Of the requests after these times every answer is in memory.
      const lacks = recent.lacks();
      const isFinal = ({ isNewest, best }: Choice) => isNewest() && (best()?.requestTime ?? 0) > lacks;
      let open = choices.filter((choice) => !isFinal(choice));
      if (open.length === 0) return chosen();
      await readThrough(recent.before());
      await look(open);
      const isOpen = ({ isNewest, best }: Choice) =>
        !isNewest() && !answered.has(best()?.requestTime ?? Number.POSITIVE_INFINITY);
      open = open.filter(isOpen);
      if (open.length === 0) return chosen();

      const until = newest + EARLY_LABEL_MS;
      while (open.length > 0 && !answered.has(until)) {
        // Of those whose request has come only what came before it is waited for.
        const early = open.reduce(
          (least, { best }) => Math.min(least, best()?.requestTime ?? Number.POSITIVE_INFINITY),
          Number.POSITIVE_INFINITY,
        );
        await answered.reached(Math.min(until, early), isEnding, () => {
          remember(open);
          return early === Number.POSITIVE_INFINITY && open.some(({ best }) => best());
        });
        remember(open);
        open = open.filter(isOpen);
      }
      if (open.length > 0) {
        await readThrough(recent.before());
        await look(open);
      }
      return chosen();
    },
  };
}
