import type { ModelState, VersionState } from '../model-state.ts';

/**
 * Who takes versions down without a person: the ensemble by a command, the trainer where a run
 * comes to that.
 */
const LOOP: ReadonlySet<string> = new Set(['ensemble', 'trainer']);

/**
 * Versions that were live and that a person took down: nothing of theirs is used unless a person
 * asks for it.
 */
export function takenDownByPerson({ versions }: Pick<ModelState, 'versions'>): VersionState[] {
  return [...versions.values()].filter(({ status, actor }) => status === 'rolledBack' && !LOOP.has(actor));
}

/**
 * Why nothing that was trained from a version may go live any more; undefined where nothing speaks
 * against it.
 */
export function objectionTo(version: number, state: Pick<ModelState, 'versions'>): string | undefined {
  const taken = takenDownByPerson(state).find((down) => down.version === version);
  return (
    taken &&
    `version ${version}, which it was trained from, was taken down by ${taken.actor} while it was trained`
  );
}

/**
 * Versions that were live before and were replaced, or taken down by the loop because another did
 * better at the time.
 */
export function versionsInGoodStanding({ versions }: Pick<ModelState, 'versions'>): VersionState[] {
  return [...versions.values()].filter(
    ({ status, actor, publishedAt }) =>
      publishedAt !== null && (status === 'retired' || (status === 'rolledBack' && LOOP.has(actor))),
  );
}
