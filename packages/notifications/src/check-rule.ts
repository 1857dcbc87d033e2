import { DriftloopError } from '@driftloop/errors';
import type { NotificationRule } from '@driftloop/schemas';
import Value from 'typebox/value';
import { isTimeZone, parseQuietHours } from './quiet-hours.ts';
import { RuleBody } from './rule-body.ts';
import type { NotifiedState } from './states.ts';

const DEFAULT_STATES: readonly NotifiedState[] = [
  'drift',
  'published',
  'rolledBack',
  'retrainFailed',
  'deadLetter',
];
const DEFAULT_GROUP_SECONDS = 60;
const DEFAULT_COOLDOWN_SECONDS = 900;
const DEFAULT_MOST_PER_HOUR = 20;
/** Enough to refuse what is none; whether somebody reads there only a delivery tells. */
const MAIL = /^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/;

/** Who makes it, and what it takes the place of. */
export interface RuleBy {
  readonly by: string;
  /** Wall clock, epoch ms. */
  readonly now: number;
  /** The rule of this name that holds. */
  readonly before?: NotificationRule | undefined;
}

/**
 * The rule that is asked for, with what was left out filled in. Pure.
 *
 * @throws DriftloopError REQUEST_INVALID naming what is wrong and where
 */
export function checkRule(asked: unknown, { by, now, before }: RuleBy): NotificationRule {
  if (!Value.Check(RuleBody, asked)) {
    const [first] = Value.Errors(RuleBody, asked);
    throw wrong(`${first?.instancePath || '/'} ${first?.message ?? 'is no rule'}`);
  }
  const { name, channel, models = null, quietHours = '', timeZone = 'UTC' } = asked;
  if (quietHours !== '' && !parseQuietHours(quietHours))
    throw wrong(`quietHours is '${quietHours}': write it like 22:00-07:00`);
  if (!isTimeZone(timeZone)) throw wrong(`timeZone is '${timeZone}': use an IANA name, like Europe/Berlin`);
  return {
    name,
    channel,
    ...addressOf(asked),
    models: models === null ? null : [...new Set(models)],
    states: [...new Set(asked.states ?? DEFAULT_STATES)],
    roles: [...new Set(asked.roles ?? [])],
    groupBy: asked.groupBy ?? 'model',
    groupMs: 1_000 * (asked.groupSeconds ?? DEFAULT_GROUP_SECONDS),
    cooldownMs: 1_000 * (asked.cooldownSeconds ?? DEFAULT_COOLDOWN_SECONDS),
    mostPerHour: asked.mostPerHour ?? DEFAULT_MOST_PER_HOUR,
    quietHours,
    timeZone,
    // What a rule before it had gathered is told by this one.
    createdAt: before?.createdAt ?? now,
    createdBy: by,
    endedAt: null,
    endedBy: '',
  };
}

function addressOf({ channel, to = [], secret = '' }: RuleBody): Pick<NotificationRule, 'to' | 'secret'> {
  const isNamed = channel !== 'email';
  if (isNamed && secret === '') throw wrong(`${channel} needs a secret, by its name: ${SECRETS[channel]}`);
  if (!isNamed && secret !== '')
    throw wrong('email needs no secret: the server and its password are settings of the notifier');
  switch (channel) {
    case 'webhook':
      if (to.length !== 1) throw wrong('webhook needs one URL in to');
      return { to: [checkUrl(to[0] ?? '')], secret };
    case 'email': {
      const strange = to.find((address) => !MAIL.test(address));
      if (strange !== undefined) throw wrong(`to has '${strange}', which is no e-mail address`);
      if (to.length === 0) throw wrong('email needs an address in to');
      return { to: [...new Set(to)], secret };
    }
    case 'slack':
    case 'pagerduty':
      if (to.length > 0) throw wrong(`${channel} takes nothing in to: ${SECRETS[channel]}`);
      return { to: [], secret };
  }
}

const SECRETS = {
  webhook: 'the key that its messages are signed with',
  slack: 'its URL is the secret',
  pagerduty: 'its routing key is the secret',
} as const;

function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw wrong('the URL of a webhook begins with https:// or http://');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw wrong(
      'the URL of a webhook has no password and no query, as everybody may read it: receivers know it by its signature',
    );
  return url.href;
}

function wrong(what: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', `The rule is not valid: ${what}. See docs/notifications.md.`);
}
