import { topicConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';

/** Settings of the notifier, by the names of their environment variables. */
export const configSchema = Type.Object({
  ...topicConfig,
  NOTIFIER_SECRETS_DIR: Type.String({
    default: '',
    description:
      'Folder with a file for each secret that rules name, such as a mounted Secret of Kubernetes; read at each delivery. A secret that has no file there is that of `NOTIFIER_SECRET_<NAME>`, or the file of `NOTIFIER_SECRET_<NAME>_FILE`, with its name in capitals and `_` for other characters.',
  }),
  NOTIFIER_SMTP_HOST: Type.String({
    default: '',
    description: 'Mail server; without one no e-mail is sent.',
  }),
  NOTIFIER_SMTP_PORT: Type.Integer({ default: 587, minimum: 1, maximum: 65_535, description: 'Its port.' }),
  NOTIFIER_SMTP_TLS: Type.Union([Type.Literal('starttls'), Type.Literal('tls'), Type.Literal('none')], {
    default: 'starttls',
    description:
      '`starttls` insists on it before anything is told, `tls` speaks it from the first byte, `none` speaks none.',
  }),
  NOTIFIER_SMTP_USERNAME: Type.Optional(
    Type.String({ minLength: 1, description: 'User of the mail server.' }),
  ),
  NOTIFIER_SMTP_PASSWORD: Type.Optional(
    Type.String({ minLength: 1, description: 'Its password.', file: true, secret: true }),
  ),
  NOTIFIER_MAIL_FROM: Type.String({
    default: 'driftloop@localhost',
    minLength: 3,
    description: 'Address that mails come from.',
  }),
  NOTIFIER_PAGERDUTY_URL: Type.String({
    default: 'https://events.pagerduty.com/v2/enqueue',
    pattern: '^https?://',
    description: 'Where events in the form of PagerDuty (Events API v2) go.',
  }),
  NOTIFIER_ALLOWED_ADDRESSES: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description:
      'Networks such as 127.0.0.0/8, separated by commas, that webhooks may go to although they are refused otherwise: this machine, link-local addresses and metadata services of clouds.',
  }),
  NOTIFIER_TIMEOUT_MS: Type.Integer({
    default: 10_000,
    minimum: 100,
    maximum: 15_000,
    description: 'How long one attempt may take, ms.',
  }),
  NOTIFIER_LATE_MS: Type.Integer({
    default: 900_000,
    minimum: 1_000,
    maximum: 86_400_000,
    description: 'What is read later than so long after it happened goes into one message for each rule, ms.',
  }),
});

export type Config = Readonly<Static<typeof configSchema>>;
