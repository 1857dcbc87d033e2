import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { startLocal } from '../src/index.ts';
import { findJava } from '../src/tools/java.ts';
import { runMaven } from '../src/tools/maven.ts';

const { PATH, JAVA_HOME, KAFKA_BROKERS } = process.env;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftloop-tools-'));
  await mkdir(join(folder, 'bin'));
  delete process.env.JAVA_HOME;
  delete process.env.KAFKA_BROKERS;
  process.env.PATH = join(folder, 'bin');
});
afterEach(async () => {
  for (const [name, value] of Object.entries({ PATH, JAVA_HOME, KAFKA_BROKERS })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(folder, { recursive: true, force: true });
});

/** A program on PATH that prints `text` and ends with `code`. */
async function program(name: string, text: string, code = 0): Promise<void> {
  const file = join(folder, 'bin', name);
  await writeFile(file, `#!/bin/sh\necho '${text}' >&2\nexit ${code}\n`);
  await chmod(file, 0o755);
}

function missing(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof DriftloopError);
    assert.equal(error.code, 'LOCAL_TOOL_MISSING');
    assert.match(error.message, pattern);
    assert.match(error.message, /docker compose up/);
    assert.match(error.message, /KAFKA_BROKERS, SCHEMA_REGISTRY_URL and CLICKHOUSE_URL/);
    return true;
  };
}

test('without Java the start says what to install on each system, and leaves nothing running', async () => {
  await assert.rejects(
    startLocal({ dataDir: join(folder, 'data'), registry: false, clickhouse: false }),
    missing(
      /Java 17 is needed .* `java` cannot be started.*apt install openjdk-17-jre-headless.*brew install openjdk@17.*winget install/s,
    ),
  );
});

test('a Java before 17 does not do', async () => {
  for (const version of ['1.8.0_402', '11.0.22', '16.0.1']) {
    await program('java', `openjdk version "${version}" 2024-01-16`);
    await assert.rejects(findJava(), missing(new RegExp(`is version ${version.replaceAll('.', '\\.')}`)));
  }
});

test('a stub that prints no version does not do', async () => {
  await program('java', 'The operation couldn’t be completed. Unable to locate a Java Runtime.', 1);
  await assert.rejects(findJava(), missing(/names no version/));
});

test('Java is taken from JAVA_HOME before PATH', async () => {
  await program('java', 'openjdk version "21.0.1" 2023-10-17');
  assert.deepEqual(await findJava(), { command: 'java', version: '21.0.1' });
  await assert.rejects(
    findJava({ ...process.env, JAVA_HOME: join(folder, 'nowhere') }),
    missing(/nowhere.*cannot be started/),
  );
  assert.equal((await findJava({ ...process.env, JAVA_HOME: folder })).version, '21.0.1');
});

test('without Maven the message says so only when something must be fetched', async () => {
  await program('java', 'openjdk version "17.0.15" 2025-04-15');
  const options = {
    dataDir: join(folder, 'data'),
    cacheDir: join(folder, 'cache'),
    registry: false,
    clickhouse: false,
  };
  await assert.rejects(
    startLocal(options),
    missing(/Maven is needed to fetch .*apt install maven.*brew install maven/s),
  );
});

test('a Maven that fails is quoted', async () => {
  await program(
    'mvn',
    '[INFO] x\n[ERROR] Could not transfer artifact: Connection refused\n[ERROR] second',
    1,
  );
  await assert.rejects(runMaven('pom.xml', 'unpack', folder), {
    code: 'LOCAL_START_FAILED',
    retriable: true,
    message:
      /Maven could not fetch what pom\.xml names \(exit code 1\)\.\n.*Connection refused\n.*second\nCheck the network/,
  });
});
