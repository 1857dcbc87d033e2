import type { Command } from 'commander';
import type { Check } from '../doctor/check.ts';
import { checkConnections } from '../doctor/connections.ts';
import { checkEngines } from '../doctor/engines.ts';
import { checkPrograms } from '../doctor/programs.ts';
import { colours } from '../output/colours.ts';
import { EXIT_CODES } from '../output/exit-codes.ts';
import { print } from '../output/print.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

/**
 * `driftloop doctor`: what this machine can do, and why not the rest; exit code 3 when something is
 * missing that is asked for.
 */
export function addDoctor(program: Command): void {
  withCommonOptions(program.command('doctor'))
    .description('say which engines, devices, programs and connections there are, and why the others are not')
    .addHelpText(
      'after',
      `
The exit code is 3 when something is missing that is needed: what TRAINER_ENGINE and TRAINER_DEVICE name, what KAFKA_BROKERS,
SCHEMA_REGISTRY_URL and CLICKHOUSE_URL name, or without these, Java and Maven. What is merely absent is for other uses.
docs/gpu.md says how engines and devices are set up, docs/security.md how TLS and credentials are.

Examples:
  $ npm run driftloop -- doctor
  $ TRAINER_DEVICE=webgpu npm run driftloop -- doctor --json`,
    )
    .action(async (options: CommonOptions) => {
      const checks = [
        ...(await checkEngines(process.env)),
        ...(await checkPrograms(process.env)),
        ...(await checkConnections(options.data, process.env)),
      ];
      const ok = checks.every(({ state }) => state !== 'missing');
      print(options.json ? JSON.stringify({ ok, checks }) : render(checks));
      process.exitCode = ok ? EXIT_CODES.ok : EXIT_CODES.unavailable;
    });
}

const PAINT = { ok: colours.green, missing: colours.red, absent: colours.dim };

/** A line per check and not a table: reasons are long, and are to be copied. */
function render(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .map(({ name, state, detail }) => {
      const [first = '', ...more] = detail.split('\n');
      const indent = ' '.repeat(width + 11);
      const lines = [first, ...more.map((line) => indent + line)];
      return `${PAINT[state](state.padEnd(7))}  ${name.padEnd(width)}  ${lines.join('\n')}`;
    })
    .join('\n');
}
