import { commonConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';

/** Payload logs need no ClickHouse. */
const { CLICKHOUSE_URL: _unused, ...common } = commonConfig;

/** Settings of the payloads service, by the names of their environment variables. */
export const configSchema = Type.Object({
  ...common,
  PAYLOADS_HOST: Type.String({ default: '127.0.0.1', description: 'Address that takes events over HTTP.' }),
  PAYLOADS_PORT: Type.Integer({
    default: 8085,
    minimum: 0,
    maximum: 65_535,
    description: 'Port that takes events over HTTP; 0 takes a free one.',
  }),
  PAYLOADS_TOKEN: Type.String({
    default: '',
    description:
      'When set, events over HTTP need `Authorization: Bearer <token>`, or `?token=` in the URL of the logger. Without it the service does not start where PAYLOADS_HOST is not this machine alone.',
    file: true,
    secret: true,
  }),
  PAYLOADS_OPEN: Type.Boolean({
    default: false,
    description: 'Takes events from everybody who reaches the service, also without a token.',
  }),
  PAYLOADS_BODY_LIMIT_BYTES: Type.Integer({
    default: 900_000,
    minimum: 1_024,
    maximum: 900_000,
    description: 'Largest event over HTTP, bytes; it must fit into a record of Kafka.',
  }),
  PAYLOADS_TOPICS: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: 'Topics with events, by their whole names, separated by commas.',
  }),
  PAYLOADS_MODELS: Type.Array(Type.String({ pattern: '^[^=]+=[^=]+$' }), {
    default: [],
    description:
      'Which model a service is: `service=model` or `namespace/service=model`, separated by commas. Default: the model of its name.',
  }),
  PAYLOADS_WAIT_MS: Type.Integer({
    default: 60_000,
    minimum: 1_000,
    maximum: 3_600_000,
    description: "How long a half of a call waits for the other, by the log's time, ms.",
  }),
});

export type Config = Readonly<Static<typeof configSchema>>;
