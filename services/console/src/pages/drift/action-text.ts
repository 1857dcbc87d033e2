import type { CommandRow } from '../../queries/history.ts';

/** What a verdict led to, in a sentence. Pure. @param command where ClickHouse has it already */
export function actionText(action: string, command: CommandRow | undefined): string {
  const version = command?.restoreVersion ?? null;
  const which = version === null ? 'a version' : `version ${version}`;
  switch (action) {
    case 'retrain':
      return command === undefined
        ? 'It asked for a retrain.'
        : `It asked for a retrain of version ${command.baseVersion}${progressText(command)} on these rows:`;
    case 'restore':
      return `It brought ${which} back.`;
    case 'promote':
      return `It promoted ${which}.`;
    case 'reject':
      return `It gave ${which} up.`;
    default:
      return '';
  }
}

/** How far the trainer has come, in a clause. Pure. */
function progressText({ progress }: CommandRow): string {
  if (progress === null) return '';
  const { phase, version, step, steps } = progress;
  const made = version === null ? '' : ` (version ${version})`;
  switch (phase) {
    case 'training':
      return steps > 0 ? `, now at step ${step} of ${steps},` : ', now in training,';
    case 'published':
      return `, which went live${made},`;
    case 'shadow':
    case 'canary':
      return `, now on trial${made},`;
    case 'rejected':
      return `, which the gate rejected${made},`;
    case 'failed':
      return ', which failed,';
    case 'superseded':
      return ', which a later one replaced,';
    default:
      return `, now ${phase},`;
  }
}
