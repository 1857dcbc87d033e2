import { DriftloopError } from '@driftloop/errors';
import * as openid from 'openid-client';
import type { OidcSettings } from './settings.ts';

/** What a browser keeps from the begin of a login to its end. */
export interface LoginState {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** An identity provider. */
export interface Provider {
  /**
   * Where a browser is sent, and what it keeps.
   *
   * @param redirectUri where it comes back
   * @throws DriftloopError OIDC_UNAVAILABLE (retriable)
   */
  begin(redirectUri: string): Promise<{ readonly url: URL; readonly kept: LoginState }>;
  /**
   * The claims of whoever comes back.
   *
   * @param url as it was called, with the code
   * @throws DriftloopError UNAUTHORIZED, OIDC_UNAVAILABLE
   */
  finish(url: URL, kept: LoginState): Promise<Readonly<Record<string, unknown>>>;
}

/** Opens a provider; it is asked for its addresses at the first login. */
export function createProvider({ issuer, clientId, clientSecret, scope }: OidcSettings): Provider {
  let known: Promise<openid.Configuration> | undefined;
  const configuration = async (): Promise<openid.Configuration> => {
    known ??= openid.discovery(
      issuer,
      clientId,
      clientSecret === '' ? undefined : clientSecret,
      clientSecret === '' ? openid.None() : undefined,
      // Without TLS only where somebody has written http themselves.
      issuer.protocol === 'http:' ? { execute: [openid.allowInsecureRequests] } : {},
    );
    try {
      return await known;
    } catch (cause) {
      known = undefined;
      throw new DriftloopError(
        'OIDC_UNAVAILABLE',
        `The identity provider ${issuer.origin} does not tell its addresses: ${(cause as Error).message}. Look at GATEWAY_OIDC_ISSUER.`,
        { cause },
      );
    }
  };
  return {
    async begin(redirectUri) {
      const verifier = openid.randomPKCECodeVerifier();
      const kept = { state: openid.randomState(), nonce: openid.randomNonce(), verifier };
      const url = openid.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope,
        state: kept.state,
        nonce: kept.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url, kept };
    },
    async finish(url, { state, nonce, verifier }) {
      const config = await configuration();
      try {
        const tokens = await openid.authorizationCodeGrant(config, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        return { ...tokens.claims() };
      } catch (cause) {
        throw new DriftloopError(
          'UNAUTHORIZED',
          `The identity provider ${issuer.origin} did not let this login through: ${(cause as Error).message}. Log in again.`,
          { cause },
        );
      }
    },
  };
}
