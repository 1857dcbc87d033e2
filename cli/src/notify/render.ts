import type { RuleView } from '@driftloop/notifications';
import type { StoredNotification } from '@driftloop/warehouse';
import { renderTable, renderTime } from '../output/table.ts';

/** Rules as a table. */
export function renderRules(rules: readonly RuleView[]): string {
  if (rules.length === 0) return 'There are no rules: nobody is told of anything. `notify add` makes one.';
  return renderTable(
    ['name', 'channel', 'to', 'models', 'states', 'quiet', 'by'],
    rules.map(({ name, channel, to, secret, models, states, quietHours, timeZone, createdBy }) => [
      name,
      channel,
      to.length > 0 ? to.join(', ') : `secret ${secret}`,
      models === null ? 'all' : models.join(', '),
      states.join(', '),
      quietHours === '' ? '' : `${quietHours} ${timeZone}`,
      createdBy,
    ]),
  );
}

/** The delivery log as a table. */
export function renderLog(messages: readonly StoredNotification[]): string {
  if (messages.length === 0) return 'Nothing has been told.';
  return renderTable(
    ['when (UTC)', 'rule', 'what', 'outcome', 'attempts', 'why not'],
    messages.map(({ at, rule, title, outcome, attempts, error, nextAt }) => [
      renderTime(at),
      rule,
      title,
      nextAt === null ? outcome : `${outcome}, again at ${renderTime(nextAt)}`,
      String(attempts),
      error,
    ]),
  );
}
