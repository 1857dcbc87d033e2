import createClient from 'openapi-fetch';
import type { paths } from './generated/gateway.ts';
import { GatewayProblem, problemIn } from './problem.ts';

/** The gateway's API, as its OpenAPI document describes it. */
export const gateway = createClient<paths>({ baseUrl: window.location.origin });

gateway.use({
  onRequest({ request }) {
    // A page of another site cannot send it without being asked about it first.
    if (request.method !== 'GET') request.headers.set('x-driftloop-request', '1');
    return request;
  },
});

/**
 * The body of an answer.
 *
 * @throws GatewayProblem where the gateway refused or could not be reached
 */
export async function told<T>(
  call: Promise<{ readonly data?: T; readonly error?: unknown; readonly response: Response }>,
): Promise<T> {
  const answer = await call.catch(() => {
    throw new GatewayProblem(0, 'GATEWAY_AWAY', 'The gateway does not answer. It is tried again by itself.');
  });
  if (!answer.response.ok) throw problemIn(answer.response.status, answer.error);
  return answer.data as T;
}
