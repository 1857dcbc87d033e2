import { commonConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';

export const configSchema = Type.Object({
  ...commonConfig,
  GATEWAY_HOST: Type.String({ default: '127.0.0.1', description: 'Address of the HTTP API.' }),
  GATEWAY_PORT: Type.Integer({
    default: 8080,
    minimum: 0,
    maximum: 65535,
    description: 'Port of the HTTP API; 0 takes a free one.',
  }),
  GATEWAY_GRPC_PORT: Type.Integer({
    default: 8001,
    minimum: 0,
    maximum: 65535,
    description: 'Port of the Open Inference Protocol over gRPC; 0 is none.',
  }),
  GATEWAY_INFER_TIMEOUT_MS: Type.Integer({
    default: 5_000,
    minimum: 1,
    maximum: 60_000,
    description: 'How long a call of the Open Inference Protocol waits for its answers, unless it says.',
  }),
  GATEWAY_TOKEN: Type.String({
    default: '',
    description:
      'Token of an admin, for `Authorization: Bearer <token>`; others are made with it. Without it everybody on this machine is one, until the first API token is made, and nobody elsewhere.',
    file: true,
    secret: true,
  }),
  GATEWAY_OPEN: Type.Boolean({
    default: false,
    description: 'Lets everybody who reaches the gateway change something, also without a token.',
  }),
  GATEWAY_ANONYMOUS: Type.Union([Type.Literal(''), Type.Literal('viewer'), Type.Literal('nobody')], {
    default: '',
    description:
      'What callers without a token may do where one is needed: viewer reads, nobody does nothing. Default: whoever calls from this machine reads where GATEWAY_HOST is it alone, and nobody else.',
  }),
  GATEWAY_PUBLIC_URL: Type.String({
    default: '',
    pattern: '^(https?://[^/]+)?$',
    description:
      'As browsers reach the gateway, where a proxy stands before it: https://driftloop.example. With https, cookies are for TLS alone.',
  }),
  GATEWAY_CORS_ORIGINS: Type.Array(Type.String(), {
    default: [],
    description: 'Other origins whose pages may call by a token, separated by commas: https://app.example.',
  }),
  GATEWAY_OIDC_ISSUER: Type.String({
    default: '',
    description: 'Identity provider (OpenID Connect) by which people log in, as an address; empty for none.',
  }),
  GATEWAY_OIDC_CLIENT_ID: Type.String({ default: '', description: 'The gateway as the provider knows it.' }),
  GATEWAY_OIDC_CLIENT_SECRET: Type.String({
    default: '',
    description: 'Its secret there; empty for a public client.',
    file: true,
    secret: true,
  }),
  GATEWAY_OIDC_SCOPE: Type.String({
    default: 'openid profile email',
    description: 'What the provider is asked to tell.',
  }),
  GATEWAY_OIDC_ROLE_CLAIM: Type.String({
    default: 'roles',
    description: "Claim of the provider's token that says what somebody may do: a text or a list of them.",
  }),
  GATEWAY_OIDC_ROLES: Type.Array(Type.String(), {
    default: [],
    description: 'Which role a text of it gives, separated by commas: ml-team=operator,ml-leads=admin.',
  }),
  GATEWAY_RATE_LIMIT: Type.Integer({
    default: 60_000,
    minimum: 1,
    description: 'Calls per minute and client address.',
  }),
  GATEWAY_BODY_LIMIT_BYTES: Type.Integer({
    default: 1_048_576,
    minimum: 1_024,
    description: 'Largest request body in bytes.',
  }),
  GATEWAY_REQUEST_TIMEOUT_MS: Type.Integer({
    default: 30_000,
    minimum: 100,
    maximum: 3_600_000,
    description: 'A call that has not come whole by then, head and body, is answered with 408.',
  }),
});

/** Settings of the gateway. */
export type Config = Readonly<Static<typeof configSchema>>;
