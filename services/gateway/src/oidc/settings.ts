import { ROLES } from '@driftloop/access';
import { DriftloopError } from '@driftloop/errors';
import type { AccessRole } from '@driftloop/schemas';
import type { Config } from '../config.ts';

/** How people log in by an identity provider (OpenID Connect). */
export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Empty for a public client. */
  readonly clientSecret: string;
  readonly scope: string;
  /** Claim that has a text, or a list of texts. */
  readonly roleClaim: string;
  /** What a text of it gives. */
  readonly roles: ReadonlyMap<string, AccessRole>;
}

type Given = Pick<
  Config,
  | 'GATEWAY_OIDC_ISSUER'
  | 'GATEWAY_OIDC_CLIENT_ID'
  | 'GATEWAY_OIDC_CLIENT_SECRET'
  | 'GATEWAY_OIDC_SCOPE'
  | 'GATEWAY_OIDC_ROLE_CLAIM'
  | 'GATEWAY_OIDC_ROLES'
>;

/**
 * The settings of the environment; undefined where there is no provider.
 *
 * @throws DriftloopError CONFIG_INVALID
 */
export function oidcSettingsOf(config: Given): OidcSettings | undefined {
  const { GATEWAY_OIDC_ISSUER: issuer, GATEWAY_OIDC_CLIENT_ID: clientId } = config;
  if (issuer === '') return undefined;
  if (!URL.canParse(issuer)) throw invalid(`GATEWAY_OIDC_ISSUER is '${issuer}', which is no address`);
  if (clientId === '') throw invalid('GATEWAY_OIDC_CLIENT_ID is not set');
  if (config.GATEWAY_OIDC_ROLES.length === 0)
    throw invalid('GATEWAY_OIDC_ROLES is not set, so nobody who logs in may do anything');
  return {
    issuer: new URL(issuer),
    clientId,
    clientSecret: config.GATEWAY_OIDC_CLIENT_SECRET,
    scope: config.GATEWAY_OIDC_SCOPE,
    roleClaim: config.GATEWAY_OIDC_ROLE_CLAIM,
    roles: new Map(config.GATEWAY_OIDC_ROLES.map(roleOf)),
  };
}

function roleOf(text: string): [string, AccessRole] {
  const at = text.lastIndexOf('=');
  const role = ROLES.find((one) => one === text.slice(at + 1));
  if (at < 1 || role === undefined)
    throw invalid(
      `GATEWAY_OIDC_ROLES has '${text}', which is no <text>=<role> with one of ${ROLES.join(', ')}`,
    );
  return [text.slice(0, at), role];
}

/**
 * The most that the claims of somebody allow; undefined for nothing. Pure.
 */
export function roleByClaims(
  claims: Readonly<Record<string, unknown>>,
  { roleClaim, roles }: Pick<OidcSettings, 'roleClaim' | 'roles'>,
): AccessRole | undefined {
  const given = [claims[roleClaim]].flat();
  return ROLES.findLast((role) => given.some((text) => typeof text === 'string' && roles.get(text) === role));
}

function invalid(what: string): DriftloopError {
  return new DriftloopError('CONFIG_INVALID', `Settings are not valid: ${what}.`);
}
