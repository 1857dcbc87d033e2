import type { Standing } from '@driftloop/continual';
import { type ModelEntry, takenDownByPerson } from '@driftloop/registry';
import type { EndedCommands } from './ended-commands.ts';

/**
 * What admission needs to know of a model, folded from its events; undefined for an unknown model.
 */
export function standingOf(
  entry: ModelEntry | undefined,
  ended: Pick<EndedCommands, 'get'>,
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
