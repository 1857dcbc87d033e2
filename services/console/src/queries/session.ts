import { queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';

/** Who looks, and what they may do. */
export type Me = paths['/me']['get']['responses'][200]['content']['application/json'];

export const meQuery = () =>
  queryOptions({ queryKey: ['me'], queryFn: () => told(gateway.GET('/me')), staleTime: 60_000 });

/** How a browser may log in here. */
export const waysInQuery = () =>
  queryOptions({
    queryKey: ['ways-in'],
    queryFn: () => told(gateway.GET('/sessions')),
    staleTime: Number.POSITIVE_INFINITY,
  });

/**
 * Exchanges a one-time code or a token for a session.
 * @throws GatewayProblem where it is refused
 */
export async function logIn(proof: { readonly code: string } | { readonly token: string }): Promise<void> {
  await told(gateway.POST('/sessions', { body: proof }));
}

/** Ends the session. @throws GatewayProblem where the gateway is away */
export async function logOut(): Promise<void> {
  await told(gateway.DELETE('/sessions'));
}

/** Whether a person may change something about a model. Pure. */
export function mayChange(me: Me | undefined, model?: string): boolean {
  if (me === undefined || me.role === 'viewer') return false;
  return me.models === null || model === undefined || me.models.includes(model);
}

/** Whether a person may change what belongs to no model. Pure. */
export function mayAdminister(me: Me | undefined): boolean {
  return me?.role === 'admin' && me.models === null;
}
