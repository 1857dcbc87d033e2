import type { HistoryRow } from '../../queries/history.ts';
import type { Model, Version } from '../../queries/models.ts';

/** What became of one version, in order. */
export interface Life {
  readonly version: Version;
  readonly steps: readonly HistoryRow[];
}

/** Every version with its steps, the newest first. Pure. */
export function livesOf({ versions }: Model, steps: readonly HistoryRow[]): Life[] {
  return versions
    .map((version) => ({ version, steps: steps.filter((step) => step.version === version.version) }))
    .sort((one, other) => other.version.version - one.version.version);
}

const WORDS: Readonly<Record<string, string>> = {
  registered: 'registered',
  candidate: 'trained',
  rejected: 'rejected',
  canary: 'answers a share of the requests',
  shadow: 'answers in shadow',
  published: 'went live',
  rolledBack: 'was taken down',
};

/** A step in words. Pure. */
export function stepText({ kind, actor, restoredVersion }: HistoryRow): string {
  const back = restoredVersion === null ? '' : `, version ${restoredVersion} is live again`;
  return `${WORDS[kind] ?? kind}${back} (${actor})`;
}
