import { findJava } from '../tools/java.ts';
import { runMaven } from '../tools/maven.ts';
import { cachedFolder } from './cached-folder.ts';

/**
 * A folder with the jars that a pom names, fetched on first use and kept below `cacheDir`.
 *
 * @param name of the folder, before the pom's hash
 * @throws DriftloopError LOCAL_TOOL_MISSING without Java or Maven, LOCAL_START_FAILED when Maven
 *   cannot fetch
 */
export async function javaLibraries(cacheDir: string, name: string, pom: string): Promise<string> {
  await findJava();
  return cachedFolder(cacheDir, name, pom, (folder) => runMaven(pom, 'copy-dependencies', folder));
}
