import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuSecondsOf } from '../harness/process-cpu.ts';

/** A process that is being measured. */
export interface Measured {
  readonly pid: number;
  /** Rejects when the process ends before it is stopped. */
  readonly failed: Promise<never>;
  /**
   * CPU seconds that all its threads, and those of its child processes, have used; undefined where
   * the system does not say.
   */
  cpuSeconds(): number | undefined;
  /**
   * Resolves when a driftloop service says over IPC that it takes traffic; the URL of its health.
   */
  readonly ready: Promise<{ url: string }>;
  /** @param signal that ends it. @default SIGTERM */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts a program with these variables; its error output is shown when it fails. */
export function startMeasured(
  command: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>>,
): Measured {
  const [program, ...args] = command;
  const child: ChildProcess = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000);
    });
  let stopping = false;
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (!stopping) reject(new Error(`${command.join(' ')} ended with ${signal ?? code}:\n${output}`));
    });
  });
  // Whoever does not wait for it need not handle it.
  failed.catch(() => {});
  return {
    pid: child.pid ?? 0,
    failed,
    cpuSeconds: () => cpuSecondsOf(child.pid ?? 0),
    ready: once(child, 'message').then(([message]: unknown[]) => message as { url: string }),
    async stop(signal = 'SIGTERM') {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      const deadline = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(deadline);
    },
  };
}
