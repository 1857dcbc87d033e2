import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Lets the peak begin anew, where the system can (Linux: proc(5), clear_refs); elsewhere it stays
 * that of the process.
 */
export function resetPeakMemory(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux, or not allowed.
  }
}

/** The most memory that this process has held since the last reset, in megabytes. */
export function peakMemoryMb(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) / 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1024;
}
