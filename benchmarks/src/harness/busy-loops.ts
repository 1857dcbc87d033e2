import { spawn } from 'node:child_process';

/** Ends by itself when this process is gone: its channel closes. */
const LOOP =
  "process.on('disconnect', () => process.exit()); const turn = () => { const end = performance.now() + 50; while (performance.now() < end); setImmediate(turn); }; turn();";

/** Starts processes that each keep a core busy until they are ended. */
export function startBusyLoops(count: number): { end(): void } {
  const loops = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', LOOP], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
  );
  return {
    end() {
      for (const loop of loops) loop.kill('SIGKILL');
    },
  };
}
