import { isLoopback } from '@driftloop/service';
import type { Config } from '../config.ts';
import type { Doors } from './recognise.ts';

/**
 * The token that a call needs which changes something: empty where everybody may, undefined where
 * nobody may. Without a token that is everybody on this machine alone: who listens for others says
 * that they may.
 */
export function callerToken(
  config: Pick<Config, 'GATEWAY_TOKEN' | 'GATEWAY_HOST' | 'GATEWAY_OPEN'>,
): string | undefined {
  const { GATEWAY_TOKEN: token, GATEWAY_HOST: host } = config;
  if (token !== '' || config.GATEWAY_OPEN || isLoopback(host)) return token;
  return undefined;
}

/** Whom the gateway lets in without knowing them. */
export function doorsOf(
  config: Pick<Config, 'GATEWAY_TOKEN' | 'GATEWAY_HOST' | 'GATEWAY_OPEN' | 'GATEWAY_ANONYMOUS'>,
): Doors {
  const { GATEWAY_TOKEN, GATEWAY_OPEN, GATEWAY_HOST, GATEWAY_ANONYMOUS } = config;
  return {
    token: callerToken(config),
    isOpen: GATEWAY_OPEN && GATEWAY_TOKEN === '',
    anonymous: GATEWAY_ANONYMOUS || (isLoopback(GATEWAY_HOST) ? 'here' : 'nobody'),
  };
}
