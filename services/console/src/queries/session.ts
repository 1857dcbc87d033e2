import { queryOptions } from '@tanstack/react-query';
import { GatewayProblem, problemIn } from '../api/problem.ts';

/** Who looks, and what they may do. */
export interface Me {
  readonly name: string;
  readonly role: 'viewer' | 'operator' | 'admin';
  /** Null is all. */
  readonly models: readonly string[] | null;
  /** How they are known: session, token, root, everybody or anonymous. */
  readonly via: string;
}

/** A gateway that knows no sessions lets everybody on its machine do everything. */
const EVERYBODY: Me = { name: 'everybody on this machine', role: 'admin', models: null, via: 'everybody' };

export const meQuery = () =>
  queryOptions({
    queryKey: ['me'],
    queryFn: async (): Promise<Me> => {
      const answer = await ask('GET', '/me');
      if (answer.status === 404) return EVERYBODY;
      return read(answer);
    },
    staleTime: 60_000,
  });

/** Exchanges a one-time code or a token for a session. @throws GatewayProblem where it is refused */
export async function logIn(proof: { readonly code: string } | { readonly token: string }): Promise<void> {
  await read(await ask('POST', '/sessions', proof));
}

/** Ends the session. */
export async function logOut(): Promise<void> {
  await read(await ask('DELETE', '/sessions'));
}

/** Whether a person may change something about a model. Pure. */
export function mayChange(me: Me | undefined, model?: string): boolean {
  if (me === undefined || me.role === 'viewer') return false;
  return me.models === null || model === undefined || me.models.includes(model);
}

async function ask(method: string, path: string, body?: unknown): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      headers: {
        'x-driftloop-request': '1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new GatewayProblem(0, 'GATEWAY_AWAY', 'The gateway does not answer. Is it running?');
  }
}

async function read<T>(answer: Response): Promise<T> {
  const body: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw problemIn(answer.status, body);
  return body as T;
}
