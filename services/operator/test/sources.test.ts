import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import type { Source } from '../src/resources/model-resource.ts';
import { fetchSource, type SourceParts } from '../src/sources/fetch-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'sources-'));
after(() => rmSync(folder, { recursive: true }));

const BYTES = Buffer.from('onnx bytes');
const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('a file comes by http under its own name, and its hash is looked at', async () => {
  await serving(
    (request, response) => {
      response.writeHead(request.url === '/models/elec.onnx?sig=1' ? 200 : 404).end(BYTES);
    },
    async (origin) => {
      const url = `${origin}/models/elec.onnx?sig=1`;
      const path = await fetched({ url, sha256: digestOf(BYTES).toUpperCase() });
      assert.equal(basename(path), 'elec.onnx');
      assert.deepEqual(readFileSync(path), BYTES);
      await refused({ url, sha256: '0'.repeat(64) }, 'SOURCE_INVALID', /SHA-256/);
      await refused({ url: `${origin}/gone.onnx?secret` }, 'ARTIFACT_MISSING', /gone\.onnx answers 404/);
    },
  );
});

test('a file that is larger than the limit is given up, whatever it says of its size', async () => {
  await serving(
    // Without a length; an end, so that this fails soon where nothing is given up.
    (_request, response) =>
      void response.writeHead(200).write(Buffer.alloc(2 ** 20), () => response.end('more')),
    (origin) => refused({ url: `${origin}/large` }, 'SOURCE_INVALID', /larger than 1 MiB/),
  );
});

test('a ConfigMap gives binary and text', async () => {
  const path = await fetched({ configMap: { name: 'rows', key: 'reference.csv' } });
  assert.equal(basename(path), 'reference.csv');
  assert.equal(readFileSync(path, 'utf8'), 'rows/reference.csv');
});

test('an OCI artifact is asked for with a token where the registry wants one', async () => {
  const asked: string[] = [];
  await serving(
    (request, response) => {
      const origin = `http://${request.headers.host}`;
      asked.push(`${request.url} ${request.headers.authorization ?? '-'}`);
      if (request.url?.startsWith('/token')) {
        response.writeHead(200).end(JSON.stringify({ token: 'pull' }));
      } else if (request.headers.authorization !== 'Bearer pull') {
        const challenge = `Bearer realm="${origin}/token",service="registry",scope="repository:team/elec:pull"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
      } else if (request.url === '/v2/team/elec/manifests/v1') {
        const layer = (title: string, bytes: Buffer) => ({
          digest: `sha256:${digestOf(bytes)}`,
          annotations: { 'org.opencontainers.image.title': title },
        });
        response.end(
          JSON.stringify({ layers: [layer('elec.onnx', BYTES), layer('rows.csv', Buffer.from('a,b'))] }),
        );
      } else if (request.url === `/v2/team/elec/blobs/sha256:${digestOf(BYTES)}`) {
        response.end(BYTES);
      } else {
        response.writeHead(404).end();
      }
    },
    async (origin) => {
      const at = `oci://${new URL(origin).host}/team/elec:v1`;
      const registries = [new URL(origin).host];
      const robot = { registries, username: 'robot', password: 'secret' };
      const path = await fetched({ url: `${at}#elec.onnx` }, robot);
      assert.equal(basename(path), 'elec.onnx');
      assert.deepEqual(readFileSync(path), BYTES);
      const basic = `Basic ${Buffer.from('robot:secret').toString('base64')}`;
      assert.ok(
        asked.includes(`/token?service=registry&scope=repository%3Ateam%2Felec%3Apull ${basic}`),
        asked.join('\n'),
      );
      // Only the realm gets the password.
      assert.deepEqual(asked.filter((line) => line.includes(basic)).length, 1);
      await refused({ url: at }, 'SOURCE_INVALID', /holds elec\.onnx, rows\.csv/);
      await refused({ url: `${at.replace('v1', 'v2')}#x` }, 'ARTIFACT_MISSING', /404/);
    },
  );
});

test('a registry that somebody else has named is not told the password', async () => {
  for (const challenge of ['Basic realm="x"', 'Bearer realm="ORIGIN/token",service="x"']) {
    const told: (string | undefined)[] = [];
    await serving(
      (request, response) => {
        told.push(request.headers.authorization);
        const realm = challenge.replace('ORIGIN', `http://${request.headers.host}`);
        response.writeHead(401, { 'www-authenticate': realm }).end();
      },
      async (origin) => {
        const robot = { registries: ['registry.example'], username: 'robot', password: 'secret' };
        const url = `oci://${new URL(origin).host}/team/elec:v1`;
        await assert.rejects(fetched({ url }, robot), { code: 'SOURCE_INVALID' });
      },
    );
    assert.ok(told.length > 0 && told.every((one) => one === undefined), String(told));
  }
});

test('what is no address, and nobody at it, is said', async () => {
  await refused({ url: 'file:///etc/passwd' }, 'SOURCE_INVALID', /begins with/);
  await refused({ url: 'oci://127.0.0.1:1/UPPER' }, 'SOURCE_INVALID', /registry\/name:tag/);
  await refused({ url: 'http://127.0.0.1:1/x' }, 'ARTIFACTS_UNAVAILABLE', /cannot be read/);
});

const PARTS: SourceParts = {
  cluster: { configMap: async (name, key) => Buffer.from(`${name}/${key}`) },
  store: {},
  oci: {},
  limitBytes: 2 ** 20,
};

function fetched(source: Source, oci: SourceParts['oci'] = {}): Promise<string> {
  return fetchSource(source, folder, { ...PARTS, oci }, new AbortController().signal);
}

async function refused(source: Source, code: string, message: RegExp): Promise<void> {
  await assert.rejects(fetched(source), (error: unknown) => {
    assert.ok(error instanceof DriftloopError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

async function serving(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  work: (origin: string) => Promise<void>,
): Promise<void> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
