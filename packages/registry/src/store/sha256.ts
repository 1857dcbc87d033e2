import { createHash } from 'node:crypto';

/** SHA-256 of some bytes, 64 hex digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
