import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url));
/** What a first line of an error may have in a report. */
const FAILURE_CHARACTERS = 300;

/** One start of `driftloop up`. */
export interface Start {
  readonly seconds: number;
  /** Why it failed; absent when everything was up and `status` said so too. */
  readonly failure?: string;
  /** Restarts of services that `status` showed. */
  readonly restarts: number;
  /** Parts that `status` still showed a process of after `down`. */
  readonly leftRunning: number;
}

interface Status {
  readonly parts: readonly {
    readonly name: string;
    readonly state: string;
    readonly pid?: number;
    readonly restarts?: number;
  }[];
}

/** Starts everything on a fresh folder, asks for its status, and ends it again. */
export async function startOnce(): Promise<Start> {
  const folder = await mkdtemp(join(tmpdir(), 'driftloop-starts-'));
  const startedAt = performance.now();
  try {
    const up = await driftloop(['up', '--json', '--port', '0', '--data', folder]);
    const seconds = (performance.now() - startedAt) / 1_000;
    const { parts } = await status(folder);
    const notReady = parts
      .filter(({ state }) => state !== 'ready')
      .map(({ name, state }) => `${name} ${state}`);
    const failure =
      up.code !== 0 ? `exit code ${up.code}: ${up.stderr.slice(0, FAILURE_CHARACTERS)}` : notReady.join(', ');
    await driftloop(['down', '--data', folder]);
    const left = (await status(folder)).parts.filter(({ pid }) => pid !== undefined).length;
    return {
      seconds,
      ...(failure === '' ? {} : { failure }),
      restarts: parts.reduce((sum, { restarts = 0 }) => sum + restarts, 0),
      leftRunning: left,
    };
  } finally {
    await driftloop(['down', '--data', folder]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function status(folder: string): Promise<Status> {
  return JSON.parse((await driftloop(['status', '--json', '--data', folder])).stdout);
}

async function driftloop(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    // Everything its own: none of the parts that the environment may name.
    env: { ...process.env, KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '', CLICKHOUSE_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}
