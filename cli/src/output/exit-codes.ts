import type { ErrorCode } from '@driftloop/errors';

/** What the command's exit code means; part of its help. */
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

const BY_CODE: Partial<Record<ErrorCode, number>> = {
  REQUEST_INVALID: EXIT_CODES.usage,
  CONFIG_INVALID: EXIT_CODES.usage,
  SPEC_INVALID: EXIT_CODES.usage,
  STRATEGY_UNKNOWN: EXIT_CODES.usage,
  MODEL_INVALID: EXIT_CODES.usage,
  DATA_INVALID: EXIT_CODES.usage,
  KAFKA_UNAVAILABLE: EXIT_CODES.unavailable,
  REGISTRY_UNAVAILABLE: EXIT_CODES.unavailable,
  WAREHOUSE_UNAVAILABLE: EXIT_CODES.unavailable,
  LOCAL_TOOL_MISSING: EXIT_CODES.unavailable,
  LOCAL_START_FAILED: EXIT_CODES.unavailable,
  STARTUP_TIMEOUT: EXIT_CODES.unavailable,
  MODEL_UNKNOWN: EXIT_CODES.notFound,
  VERSION_UNKNOWN: EXIT_CODES.notFound,
  NOT_FOUND: EXIT_CODES.notFound,
};

/** The exit code for an error with this code. */
export function exitCodeOf(code: ErrorCode): number {
  return BY_CODE[code] ?? EXIT_CODES.failed;
}
