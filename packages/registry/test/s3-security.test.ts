import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { createAuthority } from '@driftloop/local/certificates';
import { createArtifactStore } from '../src/store/artifact-store.ts';
import { type S3Stub, startS3Stub } from './fixtures/s3-stub.ts';

const DAY_MS = 86_400_000;
const CREDENTIALS = { username: 'AKIA-TEST', password: 'the-secret-key', token: 'the-session' };
const MISSING = '0'.repeat(64);

let ca: string;
let good: S3Stub;
let expired: S3Stub;

before(async () => {
  const authority = await createAuthority('s3 test');
  ca = authority.cert;
  good = await startS3Stub(await authority.issue({ name: 's3' }));
  const [notBefore, notAfter] = [new Date(Date.now() - 2 * DAY_MS), new Date(Date.now() - DAY_MS)];
  expired = await startS3Stub(await authority.issue({ name: 's3', notBefore, notAfter }));
});

after(async () => {
  await good.close();
  await expired.close();
});

const urlOf = ({ url }: S3Stub) => `s3://models/prefix?endpoint=${url}&region=us-east-1`;

async function codeOf(stub: S3Stub, tls: { ca?: string }): Promise<[code: string, message: string]> {
  const error = await createArtifactStore(urlOf(stub), { ...CREDENTIALS, tls })
    .open('s3://models/x', MISSING)
    .catch((thrown: unknown) => thrown);
  assert(error instanceof DriftloopError, String(error));
  assert.doesNotMatch(error.message, /the-secret-key/);
  return [error.code, error.message];
}

test('S3 is spoken to over TLS of an own CA, with the credentials of the settings', async () => {
  const [code] = await codeOf(good, { ca });
  assert.equal(code, 'ARTIFACT_MISSING');
  assert.deepEqual(good.lastCredentials(), { accessKey: 'AKIA-TEST', token: 'the-session' });
});

test('another CA and an expired certificate are named', async () => {
  const [code, message] = await codeOf(good, {});
  assert.equal(code, 'CERTIFICATE_REFUSED');
  assert.match(message, /artifact store, its certificate is of a CA that is not trusted/);
  const [late, said] = await codeOf(expired, { ca });
  assert.equal(late, 'CERTIFICATE_REFUSED');
  assert.match(said, /its certificate has expired/);
});

test('an access key that is not known, or a signature that is wrong, is named', async () => {
  for (const reason of ['InvalidAccessKeyId', 'SignatureDoesNotMatch']) {
    good.refuse(403, reason);
    const [code, message] = await codeOf(good, { ca });
    good.refuse(undefined);
    assert.equal(code, 'CREDENTIALS_REFUSED');
    assert.match(message, new RegExp(`${reason}.*AWS_ACCESS_KEY_ID`));
  }
});
