import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 250;

/**
 * Watches how much memory a process holds, where the system says so (Linux).
 *
 * @param mostBytes resident; beyond it `onExceeded` is told once, with what it holds
 * @returns a function that ends it
 */
export function watchMemory(pid: number, mostBytes: number, onExceeded: (bytes: number) => void): () => void {
  const timer = setInterval(() => {
    const bytes = residentBytes(pid);
    if (bytes <= mostBytes) return;
    clearInterval(timer);
    onExceeded(bytes);
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

/** 0 where the system does not say. */
function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
