/** `npm run generate`: brings everything up to date that is generated and checked in. */
import { spawnSync } from 'node:child_process';

for (const script of [
  'schemas/src/generate.ts',
  'scripts/service-docs/main.ts',
  'scripts/error-docs/main.ts',
  'scripts/console-client/main.ts',
  'scripts/helm-chart/main.ts',
]) {
  const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
