import type { ModelEntry } from '../folded-models.ts';
import { takenDownByPerson } from './good-standing.ts';

/** Where a model stands when a command about it is considered. */
interface Standing {
  /** Live version; null when there is none. */
  readonly live: number | null;
  /** Event time up to which the stream had been seen when the live version was published. */
  readonly liveSince: number;
  /** Commands that have ended. */
  readonly finished: { has(commandId: string): boolean };
  /** Versions that a person took down, and who. */
  readonly takenDown: ReadonlyMap<number, string>;
}

/**
 * What admission needs to know of a model, folded from its events; undefined for an unknown model.
 */
export function standingOf(
  entry: ModelEntry | undefined,
  ended: { get(commandId: string): unknown },
): Standing | undefined {
  if (!entry) return undefined;
  const live = entry.state.live === null ? undefined : entry.state.versions.get(entry.state.live);
  return {
    live: entry.state.live,
    liveSince: live?.eventTime ?? Number.NEGATIVE_INFINITY,
    finished: { has: (commandId) => ended.get(commandId) !== undefined },
    takenDown: new Map(takenDownByPerson(entry.state).map(({ version, actor }) => [version, actor])),
  };
}
