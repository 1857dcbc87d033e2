export { checkRule } from './check-rule.ts';
export { notificationEvent } from './event.ts';
export { isoTime } from './iso-time.ts';
export { isQuiet } from './quiet-hours.ts';
export { raiseTest, TEST_GROUP } from './raise-test.ts';
export { CHANNELS, RuleBody } from './rule-body.ts';
export { type RuleView, ruleView } from './rule-view.ts';
export { endRule, followRules, type Rules, readRules, requireRule, writeRule } from './rules-log.ts';
export { NOTIFIED_STATES, type NotifiedState, roleOf, STATE_NAMES, VERSION_ROLES, worse } from './states.ts';
