import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pythonEnvironment } from '../harness/python-environment.ts';
import { summarize } from '../harness/samples.ts';

const run = promisify(execFile);
const SCRIPTS = fileURLToPath(new URL('peer', import.meta.url));

/** A script beside this file, and the packages that it needs. evidently 0.7 and frouros 0.9 do not run on the newest pandas and numpy. */
const PEERS: readonly { readonly script: string; readonly packages: readonly string[] }[] = [
  { script: 'river_scipy.py', packages: ['river==0.26.1', 'scipy==1.17.1', 'numpy==2.4.6'] },
  { script: 'evidently_report.py', packages: ['evidently==0.7.23', 'pandas<3'] },
  { script: 'frouros_psi.py', packages: ['frouros==0.9.0'] },
];

/**
 * Runs the peers, each in a Python environment that is made on first use, `samples` times. A peer that cannot be installed is
 * left out, and standard error says so.
 *
 * @returns medians by name, as the scripts print them.
 */
export async function runPeers(samples: number): Promise<Map<string, number>> {
  const figures = new Map<string, number[]>();
  for (const { script, packages } of PEERS) {
    try {
      const python = await pythonEnvironment(packages);
      for (let i = 0; i < samples; i++) {
        for (const [name, value] of Object.entries(await runScript(python, script))) {
          figures.set(name, [...(figures.get(name) ?? []), value]);
        }
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message.slice(0, 500) : String(error);
      console.error(`Without ${packages.join(', ')}: ${reason}`);
    }
  }
  return new Map(Array.from(figures, ([name, values]) => [name, summarize(values).median]));
}

/** One thread, as ours; the last line of output is a JSON object of numbers. */
async function runScript(python: string, script: string): Promise<Record<string, number>> {
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', DO_NOT_TRACK: '1' };
  const { stdout } = await run(python, [join(SCRIPTS, script)], { env, maxBuffer: 2 ** 26 });
  const figures: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  if (typeof figures !== 'object' || figures === null) throw new Error(`${script} printed no figures.`);
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value)]));
}
