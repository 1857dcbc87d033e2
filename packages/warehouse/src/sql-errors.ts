import { ClickHouseError } from '@clickhouse/client';
import { DriftloopError, refusedCertificate } from '@driftloop/errors';

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

/** Unknown user, wrong password, password missing, and what newer servers say for all three. */
const NOT_LET_IN = new Set(['192', '193', '194', '516']);
/** A grant is missing, or for the database. */
const NOT_ALLOWED = new Set(['497', '291']);

/**
 * Turns what the client throws into a DriftloopError WAREHOUSE_UNAVAILABLE: retriable when
 * ClickHouse cannot be reached or is overloaded, not retriable when it refused the statement; or
 * into one that says why it keeps this process out. A bug (TypeError and the like) stays what it
 * is.
 */
export function toWarehouseError(error: unknown): unknown {
  if (error instanceof DriftloopError) return error;
  const certificate = refusedCertificate(error);
  if (certificate !== undefined) {
    const message = `No TLS connection to ClickHouse, ${certificate}. Check CLICKHOUSE_URL, CLICKHOUSE_TLS_CA and CLICKHOUSE_TLS_CERTIFICATE, and the certificate of ClickHouse.`;
    return new DriftloopError('CERTIFICATE_REFUSED', message, { cause: error });
  }
  if (error instanceof ClickHouseError) {
    const { code } = error;
    if (NOT_LET_IN.has(code)) {
      const message = `ClickHouse does not take the credentials (code ${code}). Check CLICKHOUSE_USERNAME and CLICKHOUSE_PASSWORD or its file.`;
      return new DriftloopError('CREDENTIALS_REFUSED', message, { cause: error });
    }
    if (NOT_ALLOWED.has(code)) {
      const message = `ClickHouse does not allow it to the user of CLICKHOUSE_USERNAME: ${error.message.trim()} (code ${code}). docs/security.md lists the grants.`;
      return new DriftloopError('PERMISSION_DENIED', message, { cause: error });
    }
    const message = `ClickHouse refused a statement: ${error.message.trim()} (code ${error.code})`;
    return new DriftloopError('WAREHOUSE_UNAVAILABLE', message, {
      cause: error,
      retriable: RETRIABLE.has(error.code),
    });
  }
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return error;
  const said = error.message || ('code' in error ? String(error.code) : error.name);
  const reason = said.replace(/[.\s]+$/, '');
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
