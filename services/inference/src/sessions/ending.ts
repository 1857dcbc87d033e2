import type { Refusal } from '@driftloop/errors';
import type { SessionSettings } from './protocol.ts';

/** Why a session process has ended. */
export interface Ending extends Refusal {
  readonly code: 'PREDICTION_DEADLINE' | 'PREDICTION_MEMORY' | 'RUNTIME_CRASHED';
  /** After "it". */
  readonly reason: string;
}

/** A command was in hand when its process ended. */
export class ProcessEnded extends Error {
  readonly ending: Ending;
  /** How long the command had been in hand, milliseconds. */
  readonly inHandMs: number;

  constructor(ending: Ending, inHandMs: number) {
    super(ending.reason);
    this.ending = ending;
    this.inHandMs = inHandMs;
  }
}

/**
 * Signals by which a process ends itself at a limit: a call of ONNX Runtime cannot be interrupted,
 * and the signal tells the service why it is gone. Both end a process at once and write no core.
 */
export const DEADLINE_SIGNAL = 'SIGVTALRM';
export const MEMORY_SIGNAL = 'SIGUSR2';

/** Reads off how a process ended why it did. Pure. */
export function endingOf(
  code: number | null,
  signal: NodeJS.Signals | null,
  { rowCpuMs, runMemoryBytes }: SessionSettings,
): Ending {
  if (signal === DEADLINE_SIGNAL)
    return {
      code: 'PREDICTION_DEADLINE',
      reason: `it took more than ${rowCpuMs} ms of CPU time (INFERENCE_ROW_CPU_MS)`,
    };
  if (signal === MEMORY_SIGNAL)
    return {
      code: 'PREDICTION_MEMORY',
      reason: `it took more than ${Math.round(runMemoryBytes / 2 ** 20)} MiB of memory (INFERENCE_RUN_MEMORY_MB)`,
    };
  return { code: 'RUNTIME_CRASHED', reason: `it ended the process of ONNX Runtime with ${signal ?? code}` };
}
