import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findJava } from '@driftloop/local';
import type { Check } from './check.ts';

const GIVEN_INSTEAD = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL'];

/**
 * Looks for the programs that the project starts. Java and Maven are needed unless Kafka and
 * registry are given.
 */
export async function checkPrograms(environment: NodeJS.ProcessEnv): Promise<Check[]> {
  const areGiven = GIVEN_INSTEAD.every((name) => environment[name]);
  const missing = areGiven ? 'absent' : 'missing';
  const [java, maven] = await Promise.all([
    findJava(environment).then(
      ({ version, command }): Check =>
        program('Java', 'ok', `${version} (${command}): runs Kafka and the registry`),
      (error: Error) => program('Java', missing, error.message),
    ),
    mavenVersion(environment).then(
      (version): Check => program('Maven', 'ok', `${version}: fetches Kafka and the registry, once`),
      () =>
        program(
          'Maven',
          missing,
          '`mvn` cannot be started; it fetches Kafka and the registry, once (Debian: apt install maven)',
        ),
    ),
  ]);
  return [program('Node', 'ok', process.version), java, maven, softwareGpu(environment)];
}

async function mavenVersion(env: NodeJS.ProcessEnv): Promise<string> {
  const command = process.platform === 'win32' ? 'mvn.cmd' : 'mvn';
  const { stdout } = await promisify(execFile)(command, ['-v'], { env });
  return /Apache Maven ([\w.-]+)/.exec(stdout)?.[1] ?? 'of unknown version';
}

/** Chromium brings SwiftShader: with it the webgpu tests run where there is no GPU. */
function softwareGpu(environment: NodeJS.ProcessEnv): Check {
  const icd = join(environment.SWIFTSHADER_DIR || '/usr/lib/chromium', 'vk_swiftshader_icd.json');
  return existsSync(icd)
    ? program('Chromium', 'ok', `${icd}: webgpu is tested without a GPU`)
    : program(
        'Chromium',
        'absent',
        `no ${icd}: without a GPU the webgpu test is skipped (Debian: apt install chromium, or set SWIFTSHADER_DIR)`,
      );
}

function program(name: string, state: Check['state'], detail: string): Check {
  return { group: 'program', name, state, detail };
}
