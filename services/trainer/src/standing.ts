import type { ModelEntry } from '@driftloop/registry';
import type { Standing } from './admission.ts';

/** What admission needs to know of a model, folded from its events; undefined for an unknown model. */
export function standingOf(entry: ModelEntry | undefined): Standing | undefined {
  if (!entry) return undefined;
  const versions = [...entry.state.versions.values()];
  const live = entry.state.live === null ? undefined : entry.state.versions.get(entry.state.live);
  return {
    live: entry.state.live,
    liveSince: live?.eventTime ?? Number.NEGATIVE_INFINITY,
    finished: new Set(
      versions
        .filter((version) => version.status !== 'candidate')
        .map((version) => version.commandId)
        .filter((commandId) => commandId !== null),
    ),
  };
}
