import { join } from 'node:path';
import { missingTool } from './missing-tool.ts';
import { runTool } from './run-tool.ts';

/** A Java that can run Kafka and the registry. */
export interface Java {
  readonly command: string;
  /** Its full version, e.g. `17.0.15`. */
  readonly version: string;
}

const OLDEST = 17;

/**
 * Finds Java: `JAVA_HOME` if set, else on `PATH`.
 *
 * @throws DriftloopError LOCAL_TOOL_MISSING when there is none or it is older than 17.
 */
export async function findJava(env: NodeJS.ProcessEnv = process.env): Promise<Java> {
  const command = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : 'java';
  const what = 'run Kafka and the schema registry on this machine';
  let output: string;
  try {
    ({ output } = await runTool(command, ['-version'], env));
  } catch (error) {
    throw missingTool('Java 17', what, `\`${command}\` cannot be started`, error);
  }
  // 'openjdk version "17.0.15" 2025-04-15'; before Java 9 it was "1.8.0_402". macOS has a stub that
  // prints no version.
  const version = /version "([^"]+)"/.exec(output)?.[1];
  if (version === undefined) throw missingTool('Java 17', what, `\`${command} -version\` names no version`);
  const major = Number.parseInt(version.startsWith('1.') ? version.slice(2) : version, 10);
  if (!(major >= OLDEST)) throw missingTool('Java 17', what, `\`${command}\` is version ${version}`);
  return { command, version };
}
