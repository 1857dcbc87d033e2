import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DriftloopError, isRetriable } from '@driftloop/errors';
import { type ArtifactStore, createArtifactStore } from '../src/index.ts';
import { type S3Stub, startS3Stub } from './fixtures/s3-stub.ts';

const description = {
  model: 'm',
  version: 1,
  task: 'binary' as const,
  input: { name: 'x', shape: ['batch', 2] },
  output: { name: 'y', shape: ['batch', 2] },
  lineage: { parentVersion: null, commandId: null, actor: 'test' },
};
const bytes = (text: string) => new TextEncoder().encode(text);
const files = { 'model.onnx': bytes('a graph'), 'profile.json': bytes('{}') };
const hasCode = (code: string) => (error: unknown) => error instanceof DriftloopError && error.code === code;

let folder: string;
let s3: S3Stub;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftloop-artifacts-'));
  s3 = await startS3Stub();
  // What the SDK looks for in the environment; the stub accepts any signature.
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
});
after(async () => {
  await s3.close();
  await rm(folder, { recursive: true });
});

const folderUrl = () => pathToFileURL(join(folder, 'store')).href;
const s3Url = () => `s3://models/some/prefix?endpoint=${s3.url}&region=us-east-1`;

for (const [name, url] of [
  ['folder', folderUrl],
  ['S3', s3Url],
] as const) {
  describe(`the ${name} adapter`, () => {
    let store: ArtifactStore;
    before(() => {
      store = createArtifactStore(url());
    });

    test('gives back what was put', async () => {
      const { uri, sha256 } = await store.put(files, description);
      const artifact = await store.open(uri, sha256);
      assert.deepEqual(Buffer.from(await artifact.file('model.onnx')), Buffer.from(files['model.onnx']));
      assert.equal(artifact.manifest.model, 'm');
      assert.equal(artifact.manifest.files['profile.json']?.sizeBytes, 2);
      assert.ok(uri.endsWith(sha256));
    });

    test('names the same content alike, in whatever order it comes', async () => {
      const reversed = Object.fromEntries(Object.entries(files).reverse());
      const first = await store.put(files, description);
      assert.deepEqual(await store.put(reversed, description), first);
      assert.notEqual((await store.put(files, { ...description, version: 2 })).sha256, first.sha256);
    });

    test('is safe for writers of the same artifact at the same time', async () => {
      const big = { 'model.onnx': new Uint8Array(300_000).fill(7) };
      const puts = await Promise.all(
        Array.from({ length: 8 }, () => createArtifactStore(url()).put(big, description)),
      );
      assert.equal(new Set(puts.map((put) => put.sha256)).size, 1);
      const { uri, sha256 } = puts[0] ?? assert.fail();
      assert.deepEqual(
        Buffer.from(await (await store.open(uri, sha256)).file('model.onnx')),
        Buffer.from(big['model.onnx']),
      );
    });

    test('says what is missing', async () => {
      const { uri, sha256 } = await store.put(files, description);
      await assert.rejects(store.open('x', 'a'.repeat(64)), hasCode('ARTIFACT_MISSING'));
      await assert.rejects(store.open('x', '../../etc/passwd'), hasCode('ARTIFACT_MISSING'));
      const artifact = await store.open(uri, sha256);
      await assert.rejects(artifact.file('other'), hasCode('ARTIFACT_MISSING'));
    });
  });
}

describe('damage', () => {
  const blobOf = (root: string, sha256: string) => join(root, 'sha256', sha256.slice(0, 2), sha256);

  test('of a file is noticed at the read, and putting it again repairs it', async () => {
    const root = join(folder, 'damaged');
    const store = createArtifactStore(pathToFileURL(root).href);
    const { uri, sha256 } = await store.put(files, description);
    const artifact = await store.open(uri, sha256);
    await artifact.file('model.onnx');
    const blob = blobOf(root, artifact.manifest.files['model.onnx']?.sha256 ?? '');
    await writeFile(blob, 'a grapi');
    await assert.rejects(artifact.file('model.onnx'), hasCode('ARTIFACT_CORRUPT'));
    await truncate(blob, 3);
    await assert.rejects(artifact.file('model.onnx'), hasCode('ARTIFACT_CORRUPT'));
    await store.put(files, description);
    assert.equal(new TextDecoder().decode(await artifact.file('model.onnx')), 'a graph');
    await rm(blob);
    await assert.rejects(artifact.file('model.onnx'), hasCode('ARTIFACT_MISSING'));
  });

  test('of a manifest is noticed', async () => {
    const store = createArtifactStore(folderUrl());
    const { uri, sha256 } = await store.put(files, { ...description, version: 9 });
    const manifest = await readFile(fileURLToPath(uri), 'utf8');
    await writeFile(fileURLToPath(uri), manifest.replace('"version": 9', '"version": 8'));
    await assert.rejects(store.open(uri, sha256), hasCode('ARTIFACT_CORRUPT'));
  });

  test('of an S3 object is noticed', async () => {
    const store = createArtifactStore(s3Url());
    const { uri, sha256 } = await store.put({ 'model.onnx': bytes('only here') }, description);
    s3.objects.set(new URL(uri).pathname.replace(/^/, '/models'), Buffer.from('something else'));
    await assert.rejects(store.open(uri, sha256), hasCode('ARTIFACT_CORRUPT'));
  });
});

test('a folder that holds no store at all is out of reach, which may pass, rather than without the artifact', async () => {
  const root = join(folder, 'unmounted');
  const store = createArtifactStore(pathToFileURL(root).href);
  const { uri, sha256 } = await store.put(files, description);
  await rename(root, `${root}-away`);
  const isOut = (error: unknown) => hasCode('ARTIFACTS_UNAVAILABLE')(error) && isRetriable(error);
  await assert.rejects(store.open(uri, sha256), isOut);
  await mkdir(root);
  await assert.rejects(store.open(uri, sha256), isOut);
  await rm(root, { recursive: true });
  await rename(`${root}-away`, root);
  assert.equal((await store.open(uri, sha256)).manifest.version, 1);
});

test('a folder store that was moved still finds its artifacts', async () => {
  const store = createArtifactStore(pathToFileURL(join(folder, 'here')).href);
  const { uri, sha256 } = await store.put(files, description);
  await rename(join(folder, 'here'), join(folder, 'there'));
  const moved = createArtifactStore(pathToFileURL(join(folder, 'there')).href);
  assert.equal((await moved.open(uri, sha256)).manifest.version, 1);
});

test('no temporary file is left behind', async () => {
  const root = join(folder, 'clean');
  await createArtifactStore(pathToFileURL(root).href).put(files, description);
  const names = await readdir(root, { recursive: true });
  assert.deepEqual(
    names.filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('a server that refuses is an error worth trying again', async () => {
  s3.refuse(403);
  try {
    await assert.rejects(
      createArtifactStore(s3Url()).put(files, { ...description, version: 77 }),
      (error) => {
        assert.ok(hasCode('ARTIFACTS_UNAVAILABLE')(error));
        return isRetriable(error);
      },
    );
  } finally {
    s3.refuse(undefined);
  }
});

test('other URLs are refused', () => {
  for (const url of ['/plain/path', 'http://x/y', 's3:///no-bucket', ''])
    assert.throws(() => createArtifactStore(url), hasCode('CONFIG_INVALID'));
});
