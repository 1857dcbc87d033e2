import { ClickHouseError } from '@clickhouse/client';
import { DriftloopError } from '@driftloop/errors';

/**
 * Exceptions of ClickHouse after which the same statement may succeed: overload, time-outs, a lost
 * part of a cluster.
 */
const RETRIABLE = new Set([
  '159',
  '202',
  '209',
  '210',
  '225',
  '236',
  '241',
  '242',
  '252',
  '279',
  '319',
  '394',
  '999',
]);

/**
 * Turns what the client throws into a DriftloopError WAREHOUSE_UNAVAILABLE: retriable when
 * ClickHouse cannot be reached or is overloaded, not retriable when it refused the statement. A bug
 * (TypeError and the like) stays what it is.
 */
export function toWarehouseError(error: unknown): unknown {
  if (error instanceof DriftloopError) return error;
  if (error instanceof ClickHouseError) {
    const message = `ClickHouse refused a statement: ${error.message.trim()} (code ${error.code})`;
    return new DriftloopError('WAREHOUSE_UNAVAILABLE', message, {
      cause: error,
      retriable: RETRIABLE.has(error.code),
    });
  }
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return error;
  const reason = error.message || ('code' in error ? String(error.code) : error.name);
  return new DriftloopError(
    'WAREHOUSE_UNAVAILABLE',
    `ClickHouse cannot be reached: ${reason}. Check CLICKHOUSE_URL and that ClickHouse runs.`,
    { cause: error },
  );
}

/**
 * The exception code of ClickHouse that led to an error, as text; undefined when it was another
 * error.
 */
export function clickhouseCode(error: unknown): string | undefined {
  if (error instanceof ClickHouseError) return error.code;
  return error instanceof DriftloopError ? clickhouseCode(error.cause) : undefined;
}
