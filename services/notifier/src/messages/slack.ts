import type { NotificationEvent } from '@driftloop/schemas';

/** Slack refuses longer texts. */
const MOST_TEXT = 3_500;
const SIGNS = { info: ':information_source:', warning: ':warning:', error: ':rotating_light:' } as const;

/**
 * A message for an incoming webhook of Slack, or of what understands the same (Mattermost,
 * Rocket.Chat).
 */
export function slackMessage({ title, texts, severity, rule, messageId }: NotificationEvent): string {
  const lines = [`${SIGNS[severity]} *${escaped(title)}*`, ...texts.map((text) => `• ${escaped(text)}`)];
  const text = lines.join('\n');
  const shown = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…`.toWellFormed() : text;
  return JSON.stringify({ text: `${shown}\n_${escaped(rule)}, ${messageId}_` });
}

/**
 * So that nothing in it calls a channel or is a link:
 * https://docs.slack.dev/messaging/formatting-message-text
 */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
