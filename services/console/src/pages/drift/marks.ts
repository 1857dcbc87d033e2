import type { Mark } from '../../parts/chart/mark.ts';
import type { CommandRow, HistoryRow } from '../../queries/history.ts';

/**
 * Versions as they went live, into trial or were given up, and what was asked of the trainer. Pure.
 */
export function marksOf(steps: readonly HistoryRow[], commands: readonly CommandRow[]): Mark[] {
  return [...steps.flatMap(stepMark), ...commands.map(commandMark)].sort((one, other) => one.at - other.at);
}

function stepMark({ kind, version, restoredVersion, eventTime: at, actor }: HistoryRow): Mark[] {
  switch (kind) {
    case 'published':
      return [{ at, kind: 'live', short: `v${version}`, text: `Version ${version} went live (${actor})` }];
    case 'rolledBack': {
      const back = restoredVersion === null ? 'none' : `version ${restoredVersion}`;
      return [
        {
          at,
          kind: 'live',
          short: restoredVersion === null ? `−v${version}` : `v${restoredVersion}`,
          text: `Version ${version} was taken down, ${back} is live again (${actor})`,
        },
      ];
    }
    case 'shadow':
    case 'canary': {
      const how = kind === 'shadow' ? 'in shadow' : 'a share of the requests';
      return [{ at, kind: 'trial', short: `v${version}?`, text: `Version ${version} answers ${how}` }];
    }
    case 'rejected':
      return [
        { at, kind: 'rejected', short: `v${version}✕`, text: `Version ${version} was rejected (${actor})` },
      ];
    default:
      return [];
  }
}

function commandMark({ action, eventTime: at, issuedBy, reasons, restoreVersion }: CommandRow): Mark {
  const what = restoreVersion === null ? action : `${action} of version ${restoreVersion}`;
  const [why] = reasons;
  return {
    at,
    kind: 'command',
    short: action,
    text: `${issuedBy} asked for a ${what}${why === undefined ? '' : `: ${why}`}`,
  };
}
