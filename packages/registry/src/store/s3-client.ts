import { Agent } from 'node:https';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { HttpSecurity } from '@driftloop/service';

/**
 * The SDK is loaded by the first that needs it: it is a fifth of what a service reads at its start.
 */
export const loadSdk = () => import('@aws-sdk/client-s3');

/**
 * A client for the server that the parameters `region` and `endpoint` of an `s3://` URL name; AWS
 * without them.
 *
 * @param security access key, secret and session token as `username`, `password` and `token`, and
 *   TLS
 */
export async function createS3Client(url: URL, security: HttpSecurity = {}): Promise<S3Client> {
  const endpoint = url.searchParams.get('endpoint');
  const region = url.searchParams.get('region');
  const { S3Client } = await loadSdk();
  return new S3Client({
    ...(region === null ? {} : { region }),
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...clientSecurity(security),
    // Other servers do not all know the checksums that the SDK adds by itself; every blob is
    // checked by its name.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

function clientSecurity({ tls, username, password, token }: HttpSecurity): S3ClientConfig {
  return {
    ...(tls === undefined ? {} : { requestHandler: { httpsAgent: new Agent({ ...tls, keepAlive: true }) } }),
    ...(username === undefined || password === undefined
      ? {}
      : {
          credentials: {
            accessKeyId: username,
            secretAccessKey: password,
            ...(token === undefined ? {} : { sessionToken: token }),
          },
        }),
  };
}
