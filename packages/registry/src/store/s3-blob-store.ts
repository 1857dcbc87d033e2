import type { S3Client } from '@aws-sdk/client-s3';
import { DriftloopError, refusedCertificate } from '@driftloop/errors';
import type { HttpSecurity } from '@driftloop/service';
import { type BlobStore, blobPath } from './blob-store.ts';
import { createS3Client, loadSdk } from './s3-client.ts';

/**
 * Keeps blobs as objects of an S3 bucket, or of anything that speaks its protocol.
 *
 * Region, and credentials where none are given, come from where the AWS SDK looks for them
 * (environment, profile, instance role).
 *
 * @param url `s3://bucket/prefix`, with the parameters `region`, `endpoint` (another server than
 *   AWS; addressed by path) where they are needed:
 *   `s3://models/driftloop?endpoint=http://minio:9000&region=us-east-1`
 * @param security access key, secret and session token as `username`, `password` and `token`, and
 *   TLS
 */
export function createS3BlobStore(url: URL, security: HttpSecurity = {}): BlobStore {
  const bucket = url.hostname;
  if (bucket === '')
    throw new DriftloopError(
      'CONFIG_INVALID',
      `The artifact store ${url.href} names no bucket: s3://bucket/prefix.`,
    );
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  let opened: Promise<S3Client> | undefined;
  const open = () => {
    opened ??= createS3Client(url, security);
    return opened;
  };
  const keyOf = (sha256: string) => (prefix === '' ? blobPath(sha256) : `${prefix}/${blobPath(sha256)}`);
  const uri = (sha256: string) => `s3://${bucket}/${keyOf(sha256)}`;

  return {
    uri,
    async get(sha256) {
      try {
        const [client, { GetObjectCommand }] = await Promise.all([open(), loadSdk()]);
        const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(sha256) }));
        return await object.Body?.transformToByteArray();
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw unavailable(`Cannot read ${uri(sha256)}`, error);
      }
    },
    async put(sha256, bytes) {
      const at = { Bucket: bucket, Key: keyOf(sha256) };
      try {
        const [client, { PutObjectCommand }] = await Promise.all([open(), loadSdk()]);
        // S3 shows an object only once it is whole, so one of the right length is the blob.
        if ((await sizeOf(client, at)) === bytes.byteLength) return;
        await client.send(
          new PutObjectCommand({ ...at, Body: bytes, ContentType: 'application/octet-stream' }),
        );
      } catch (error) {
        throw unavailable(`Cannot write ${uri(sha256)}`, error);
      }
    },
  };
}

async function sizeOf(client: S3Client, at: { Bucket: string; Key: string }): Promise<number | undefined> {
  try {
    const { HeadObjectCommand } = await loadSdk();
    return (await client.send(new HeadObjectCommand(at))).ContentLength;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  // A HEAD has no body, so the SDK cannot tell NoSuchKey there and says NotFound.
  return error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

function unavailable(message: string, cause: unknown): DriftloopError {
  const certificate = refusedCertificate(cause);
  if (certificate !== undefined) {
    const advice = 'Check ARTIFACTS_URL, S3_TLS_CA and S3_TLS_CERTIFICATE, and the certificate of the store.';
    const text = `${message}: no TLS connection to the artifact store, ${certificate}. ${advice}`;
    return new DriftloopError('CERTIFICATE_REFUSED', text, { cause });
  }
  const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const name = cause instanceof Error ? cause.name : '';
  if (NOT_LET_IN.has(name)) {
    const advice = 'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or its file.';
    const text = `${message}: the artifact store does not take the credentials (${detail}). ${advice}`;
    return new DriftloopError('CREDENTIALS_REFUSED', text, { cause });
  }
  return new DriftloopError(
    'ARTIFACTS_UNAVAILABLE',
    `${message}: ${detail}. Check ARTIFACTS_URL, the bucket and the credentials.`,
    { cause },
  );
}

/** What S3 and the SDK call credentials that are wrong, old or absent. */
const NOT_LET_IN = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'CredentialsProviderError',
]);
