import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedFolder } from '../install/cached-folder.ts';
import { classArchiveOptions } from '../install/class-archive.ts';
import type { PartCommand } from '../processes/part-command.ts';
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
 */
export function registryPart(cacheDir: string): Part {
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
        return rehearse(part, folder, async (run) => registryCommand(java, installation, archiving, run));
      });
      return async (run) => registryCommand(java, installation, options, run);
    },
    async isReady(run) {
      try {
        const response = await fetch(`${part.url(run.ports)}/subjects`, {
          signal: AbortSignal.timeout(5_000),
        });
        await response.body?.cancel();
        return response.status === 200 && response.headers.get(ID_HEADER) === run.id;
      } catch {
        return false;
      }
    },
    url: (ports) => `http://127.0.0.1:${ports[0]}/apis/ccompat/v7`,
  };
  return part;
}

function registryCommand(
  java: Java,
  installation: string,
  options: readonly string[],
  run: PartRun,
): PartCommand {
  return {
    command: java.command,
    args: [
      ...JVM_OPTIONS,
      ...options,
      `-Ddriftloop.part=${run.mark}`,
      '-Dquarkus.http.host=127.0.0.1',
      `-Dquarkus.http.port=${run.ports[0]}`,
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
