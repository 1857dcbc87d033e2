import { webcrypto } from 'node:crypto';

/**
 * SHA-256 of some bytes, 64 hex digits. Computed on a thread of the pool: hashing a large model on
 * the calling thread would hold up what it serves (46 MB take about 100 ms).
 */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
