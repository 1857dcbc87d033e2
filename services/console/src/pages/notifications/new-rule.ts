import type { NewRule } from '../../queries/notifications.ts';

/** What a person has filled in. */
export interface RuleFields {
  readonly name: string;
  readonly channel: string;
  readonly to: string;
  readonly secret: string;
  readonly models: string;
  readonly states: readonly string[];
  readonly quietHours: string;
  readonly timeZone: string;
}

/** What can be told of, as the gateway knows it. */
export const STATES = [
  'warning',
  'drift',
  'recovering',
  'stable',
  'registered',
  'candidate',
  'rejected',
  'canary',
  'shadow',
  'published',
  'rolledBack',
  'retrainFailed',
  'deadLetter',
] as const satisfies NonNullable<NewRule['states']>;
export const CHANNELS = ['webhook', 'slack', 'email', 'pagerduty'] as const satisfies NewRule['channel'][];

/** Nothing is filled in yet. */
export const EMPTY: RuleFields = {
  name: '',
  channel: 'webhook',
  to: '',
  secret: '',
  models: '',
  states: ['drift', 'published', 'rolledBack', 'retrainFailed', 'deadLetter'],
  quietHours: '',
  timeZone: '',
};

/** The rule that is asked for; what was left empty is left out. Pure. */
export function newRule(fields: RuleFields): NewRule {
  const channel = CHANNELS.find((one) => one === fields.channel) ?? 'webhook';
  const to = listOf(fields.to);
  const models = listOf(fields.models);
  const states = STATES.filter((state) => fields.states.includes(state));
  return {
    name: fields.name.trim(),
    channel,
    ...(to.length === 0 ? {} : { to }),
    ...(fields.secret.trim() === '' ? {} : { secret: fields.secret.trim() }),
    ...(models.length === 0 ? {} : { models }),
    ...(states.length === 0 ? {} : { states }),
    ...(fields.quietHours.trim() === '' ? {} : { quietHours: fields.quietHours.trim() }),
    ...(fields.timeZone.trim() === '' ? {} : { timeZone: fields.timeZone.trim() }),
  };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
