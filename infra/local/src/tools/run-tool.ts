import { spawn } from 'node:child_process';

/** How a program ended and everything it printed. */
export interface ToolResult {
  readonly code: number | null;
  readonly output: string;
}

/**
 * Runs a program to its end and gathers its output. Rejects with the system's error (`ENOENT`) when
 * it cannot be started.
 */
export function runTool(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
