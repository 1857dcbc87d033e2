import { DriftloopError } from '@driftloop/errors';
import type { HttpSecurity } from '@driftloop/service';
import { createS3Client, loadSdk } from './s3-client.ts';

/**
 * The bytes of one object, as they come.
 *
 * @param url `s3://bucket/key`, with the parameters `region` and `endpoint` where they are needed
 * @throws DriftloopError ARTIFACTS_UNAVAILABLE where it cannot be read
 */
export async function* readS3Object(url: URL, security: HttpSecurity = {}): AsyncGenerator<Uint8Array> {
  const [client, { GetObjectCommand }] = await Promise.all([createS3Client(url, security), loadSdk()]);
  try {
    const at = { Bucket: url.hostname, Key: decodeURIComponent(url.pathname.slice(1)) };
    const { Body: body } = await client.send(new GetObjectCommand(at));
    if (body !== undefined) yield* body.transformToWebStream() as unknown as AsyncIterable<Uint8Array>;
  } catch (cause) {
    const { message } = cause as Error;
    throw new DriftloopError('ARTIFACTS_UNAVAILABLE', `Cannot read ${url.href}: ${message}`, { cause });
  } finally {
    client.destroy();
  }
}
