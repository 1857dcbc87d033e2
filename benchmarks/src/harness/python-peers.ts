import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pythonEnvironment } from './python-environment.ts';
import { summarize } from './samples.ts';

const run = promisify(execFile);

/** A peer in Python: a script that prints a JSON object of numbers as its last line. */
export interface PythonPeer {
  /** Path of the script. */
  readonly script: string;
  /** Arguments of the script. @default none */
  readonly args?: readonly string[];
  /** Packages that it needs, as pip takes them. */
  readonly packages: readonly string[];
}

/**
 * Runs the peers, each in a Python environment that is made on first use, `samples` times. A peer
 * that cannot be installed is left out, and standard error says so.
 *
 * @returns medians by name, as the scripts print them.
 */
export async function runPeers(peers: readonly PythonPeer[], samples: number): Promise<Map<string, number>> {
  const figures = new Map<string, number[]>();
  for (const peer of peers) {
    try {
      const python = await pythonEnvironment(peer.packages);
      for (let i = 0; i < samples; i++) {
        for (const [name, value] of Object.entries(await runScript(python, peer))) {
          figures.set(name, [...(figures.get(name) ?? []), value]);
        }
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message.slice(0, 500) : String(error);
      console.error(`Without ${peer.packages.join(', ')}: ${reason}`);
    }
  }
  return new Map(Array.from(figures, ([name, values]) => [name, summarize(values).median]));
}

/** One thread, as ours; the last line of output is a JSON object of numbers. */
async function runScript(python: string, { script, args = [] }: PythonPeer): Promise<Record<string, number>> {
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', DO_NOT_TRACK: '1' };
  const { stdout } = await run(python, [script, ...args], { env, maxBuffer: 2 ** 26 });
  const figures: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  if (typeof figures !== 'object' || figures === null) throw new Error(`${script} printed no figures.`);
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value)]));
}
