import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFetch, type Fetch, type HttpSecurity } from '@driftloop/service';
import { cachedFolder } from '../install/cached-folder.ts';
import { classArchiveOptions } from '../install/class-archive.ts';
import type { PartCommand } from '../processes/part-command.ts';
import { secureEnv } from '../secure/secure-env.ts';
import { type SecureFolder, textOf, USER } from '../secure/secure-folder.ts';
import { findJava, type Java } from '../tools/java.ts';
import { runMaven } from '../tools/maven.ts';
import { JVM_OPTIONS, type Part, type PartRun } from './part.ts';
import { rehearse } from './rehearse.ts';

/** The last version that runs on Java 17. */
const VERSION = '3.0.9';
const POM = fileURLToPath(new URL('../../maven/registry/pom.xml', import.meta.url));
const ID_HEADER = 'x-driftloop-local';

/**
 * Apicurio Registry with its data in an H2 file, used through its Confluent-compatible interface.
 *
 * @param secure what it speaks TLS and takes a password with
 */
export function registryPart(cacheDir: string, secure?: SecureFolder): Part {
  // Once, as it is asked again and again during a start.
  let ask: Fetch | undefined;
  const part: Part = {
    name: 'registry',
    portCount: 1,
    async prepare(report) {
      const java = await findJava();
      const installation = await cachedFolder(cacheDir, `registry-${VERSION}`, POM, async (folder) => {
        report(`fetching Apicurio Registry ${VERSION} (109 MB) with Maven`);
        await runMaven(POM, 'unpack', folder);
      });
      const options = await classArchiveOptions(installation, java, (archiving, folder) => {
        report('making a class archive for quick starts (once)');
        const open = registryPart(cacheDir);
        return rehearse(open, folder, (run) => registryCommand(java, installation, archiving, run));
      });
      return (run) => registryCommand(java, installation, options, run, secure);
    },
    async isReady(run) {
      try {
        ask ??= createFetch(secure && clientOf(secure));
        const response = await ask(`${part.url(run.ports)}/subjects`, {
          signal: AbortSignal.timeout(5_000),
        });
        await response.discard();
        return response.status === 200 && response.header(ID_HEADER) === run.id;
      } catch {
        return false;
      }
    },
    url: (ports) => `http${secure ? 's' : ''}://127.0.0.1:${ports[0]}/apis/ccompat/v7`,
    ...(secure && { security: (ports: readonly number[]) => secureEnv('registry', secure, ports) }),
  };
  return part;
}

async function registryCommand(
  java: Java,
  installation: string,
  options: readonly string[],
  run: PartRun,
  secure?: SecureFolder,
): Promise<PartCommand> {
  return {
    command: java.command,
    args: [
      ...JVM_OPTIONS,
      ...options,
      `-Ddriftloop.part=${run.mark}`,
      '-Dquarkus.http.host=127.0.0.1',
      ...(secure === undefined
        ? [`-Dquarkus.http.port=${run.ports[0]}`]
        : [`-Dquarkus.config.locations=${await writeSecurity(run, secure)}`]),
      `-Dquarkus.http.header."${ID_HEADER}".value=${run.id}`,
      '-Dquarkus.http.access-log.enabled=false',
      '-Dapicurio.storage.kind=sql',
      '-Dapicurio.storage.sql.kind=h2',
      `-Dapicurio.datasource.url=jdbc:h2:file:${join(run.folder, 'registry')}`,
      '-jar',
      join(installation, `apicurio-registry-app-${VERSION}-runner.jar`),
    ],
    env: {},
  };
}

/** TLS and the one user, in a file: a command line would show the password to everybody. */
async function writeSecurity(run: PartRun, secure: SecureFolder): Promise<string> {
  const file = join(run.folder, 'security.properties');
  await mkdir(run.folder, { recursive: true });
  const properties = {
    'quarkus.http.ssl-port': run.ports[0],
    'quarkus.http.insecure-requests': 'disabled',
    'quarkus.http.ssl.certificate.files': secure.partCert,
    'quarkus.http.ssl.certificate.key-files': secure.partKey,
    'quarkus.security.users.embedded.plain-text': true,
    [`quarkus.security.users.embedded.users.${USER}`]: textOf(secure.passwordFile('registry')),
    [`quarkus.security.users.embedded.roles.${USER}`]: 'sr-admin',
    'quarkus.http.auth.basic': true,
    'quarkus.http.auth.permission.all.paths': '/*',
    'quarkus.http.auth.permission.all.policy': 'authenticated',
  };
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

function clientOf(secure: SecureFolder): HttpSecurity {
  return {
    tls: { ca: textOf(secure.ca) },
    username: USER,
    password: textOf(secure.passwordFile('registry')),
  };
}
