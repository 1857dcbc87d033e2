import { ERRORS, type ErrorCode } from '@driftloop/errors';

/**
 * What the command's exit code means; part of its help. Which error leads to which is in the table
 * of errors.
 */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  /** The command line or a file that it names is not valid. */
  usage: 2,
  /** Kafka, the registry, ClickHouse or a tool cannot be reached. */
  unavailable: 3,
  /** What was named does not exist. */
  notFound: 4,
  /** Interrupted before it was done, as shells have it for Ctrl-C. */
  interrupted: 130,
} as const;

/** The exit code for an error with this code. */
export function exitCodeOf(code: ErrorCode): number {
  return ERRORS[code].exit;
}
