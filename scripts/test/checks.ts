import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Tally } from './run-files.ts';

/**
 * A check that is one command; it holds when the command exits with 0. What cannot be looked at
 * here it says in a line that begins with `skipped: `.
 */
export interface Check {
  readonly name: string;
  /** Script run by this Node, or a program below node_modules/.bin. */
  readonly command: readonly [string, ...string[]];
}

export const CHECKS: readonly Check[] = [
  { name: 'style', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'types of the console', command: ['tsc', '--noEmit', '-p', 'services/console'] },
  { name: 'nothing unused (knip.jsonc)', command: ['knip', '--no-config-hints'] },
  { name: 'prose wraps at 100 columns', command: ['scripts/prose/main.ts', '--check'] },
  { name: 'generated types are fresh', command: ['schemas/src/generate.ts', '--check'] },
  {
    name: 'settings and metrics in docs/services are fresh',
    command: ['scripts/service-docs/main.ts', '--check'],
  },
  { name: 'codes in docs/errors.md are fresh', command: ['scripts/error-docs/main.ts', '--check'] },
  { name: "the console's client is fresh", command: ['scripts/console-client/main.ts', '--check'] },
  {
    name: 'what the Helm chart knows of settings is fresh',
    command: ['scripts/helm-chart/main.ts', '--check'],
  },
  { name: 'layers', command: ['scripts/layers/main.ts'] },
  { name: 'licences of what is installed', command: ['scripts/licences/main.ts'] },
  { name: 'known holes in what is installed', command: ['scripts/audit/main.ts'] },
  { name: 'docker-compose.yml', command: ['scripts/compose-check/main.ts'] },
];

/** Runs a check and adds it to the tally. */
export async function runCheck(check: Check, root: string, tally: Tally): Promise<void> {
  const [program, ...args] = check.command;
  const isScript = program.endsWith('.ts');
  const executable = isScript ? process.execPath : join(root, 'node_modules/.bin', program);
  const child = spawn(executable, isScript ? [program, ...args] : args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const skipped = code === 0 ? /^skipped: (.*)$/m.exec(output)?.[1] : undefined;
  console.log(`${skipped ? 'skip  ' : code === 0 ? 'ok    ' : 'FAILED'} ${check.name}`);
  if (skipped) {
    tally.skipped.push(`${check.name}: ${skipped}`);
  } else if (code === 0) {
    tally.passed += 1;
  } else {
    tally.failed += 1;
    tally.failures.push({ name: check.name, detail: output });
  }
}
