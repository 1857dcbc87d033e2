import { userInfo } from 'node:os';
import { issueToken } from '@driftloop/access';
import type { TypedProducer } from '@driftloop/bus';
import type { AccessRole } from '@driftloop/schemas';

/** A login link is good for so long, ms. */
const LINK_MS = 10 * 60_000;

/**
 * Makes a link by which a browser logs in, once. The code is in the fragment, which no browser
 * sends and no server logs.
 *
 * @param api address of the gateway
 */
export async function loginLink(
  producer: Pick<TypedProducer, 'send'>,
  api: string,
  role: AccessRole = 'admin',
): Promise<string> {
  const name = userInfo().username;
  const parts = { producer, now: Date.now };
  const { secret } = await issueToken(parts, {
    kind: 'code',
    name,
    role,
    models: null,
    createdBy: name,
    expiresAt: Date.now() + LINK_MS,
  });
  return `${api.replace(/\/$/, '')}/ui/login#code=${secret}`;
}
