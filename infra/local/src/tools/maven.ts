import { DriftloopError } from '@driftloop/errors';
import { missingTool } from './missing-tool.ts';
import { runTool, type ToolResult } from './run-tool.ts';

/**
 * Runs one goal of Maven's dependency plugin, as the pom configures it, with its output in
 * `outputDirectory`. Maven's own settings (mirrors, proxies) apply; checksums must match.
 *
 * @param properties of the pom that are set otherwise
 * @throws DriftloopError LOCAL_TOOL_MISSING without Maven, LOCAL_START_FAILED when it cannot fetch.
 */
export async function runMaven(
  pom: string,
  goal: 'unpack' | 'copy-dependencies',
  outputDirectory: string,
  properties: Readonly<Record<string, string>> = {},
): Promise<void> {
  const args = [
    '-B',
    '-q',
    '--strict-checksums',
    '-f',
    pom,
    `dependency:${goal}`,
    `-DoutputDirectory=${outputDirectory}`,
    ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
  ];
  let result: ToolResult;
  try {
    result = await runTool(process.platform === 'win32' ? 'mvn.cmd' : 'mvn', args);
  } catch (error) {
    throw missingTool('Maven', 'fetch Kafka and the schema registry', '`mvn` cannot be started', error);
  }
  if (result.code === 0) return;
  const reasons = result.output.split('\n').filter((line) => line.includes('[ERROR]'));
  throw new DriftloopError(
    'LOCAL_START_FAILED',
    [
      `Maven could not fetch what ${pom} names (exit code ${result.code}).`,
      ...(reasons.length > 0 ? reasons : result.output.split('\n')).slice(0, 3),
      'Check the network, or the mirror and proxy in ~/.m2/settings.xml, and try again.',
    ].join('\n'),
    { retriable: true },
  );
}
