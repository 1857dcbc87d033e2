import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../processes/file-lock.ts';
import type { Java } from '../tools/java.ts';

/** A rehearsal takes 5 to 10 s; on a loaded machine several times that. */
const ARCHIVE_WAIT_MS = 5 * 60_000;

/**
 * The JVM options that load a part's classes from a class data sharing archive (JEP 350), which
 * halves its start (Kafka 3.1 → 1.5 s, registry 4.4 → 2.0 s on two cores) and its class memory. The
 * archive is written by one `rehearse`d run, once per Java version; without an archive the part
 * only starts more slowly, so a failed rehearsal is no error.
 *
 * @param rehearse runs the part with the given JVM options until it is ready and ends it with
 *   SIGTERM
 */
export async function classArchiveOptions(
  installation: string,
  java: Java,
  rehearse: (options: readonly string[], temporaryDataDir: string) => Promise<void>,
): Promise<readonly string[]> {
  const folder = join(installation, 'class-archives');
  const archive = join(folder, `java-${java.version.replaceAll(/[^\w.+-]/g, '_')}.jsa`);
  const failed = `${archive}.failed`;
  if (!existsSync(archive) && !existsSync(failed)) {
    await withLock(join(folder, 'lock'), ARCHIVE_WAIT_MS, async () => {
      if (existsSync(archive) || existsSync(failed)) return;
      const unfinished = `${archive}.${randomUUID()}`;
      const data = await mkdtemp(join(tmpdir(), 'driftloop-rehearsal-'));
      try {
        await rehearse(
          [`-XX:ArchiveClassesAtExit=${unfinished}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'],
          data,
        );
        await rename(unfinished, archive);
      } catch {
        // Remembered, so that not every start tries again.
        await mkdir(failed, { recursive: true });
      } finally {
        await rm(unfinished, { force: true });
        await rm(data, { recursive: true, force: true });
      }
    });
  }
  // -Xshare:auto (the default) ignores an archive that does not fit; the log options keep it quiet
  // about that.
  return existsSync(archive)
    ? [`-XX:SharedArchiveFile=${archive}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off']
    : [];
}
