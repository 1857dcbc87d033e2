import { DriftloopError, refusedCertificate } from '@driftloop/errors';

const SETTINGS = 'SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD, or SCHEMA_REGISTRY_TOKEN';

/**
 * What went wrong at the registry, as far as it is not about a schema: it keeps this process out,
 * or it is out of reach (retriable).
 */
export function registryError(doing: string, url: string, cause: unknown): DriftloopError {
  const where = `Cannot ${doing} at ${url}`;
  const certificate = refusedCertificate(cause);
  if (certificate !== undefined) {
    const advice =
      'Check SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_TLS_CA and SCHEMA_REGISTRY_TLS_CERTIFICATE, and the certificate of the registry.';
    const message = `${where}: no TLS connection to the schema registry, ${certificate}. ${advice}`;
    return new DriftloopError('CERTIFICATE_REFUSED', message, { cause });
  }
  const status = statusOf(cause);
  if (status === 401) {
    const message = `${where}: the schema registry does not take the credentials (status 401). Check ${SETTINGS}.`;
    return new DriftloopError('CREDENTIALS_REFUSED', message, { cause });
  }
  if (status === 403) {
    const message = `${where}: the schema registry does not allow it (status 403). Allow this user to read and register subjects, or check ${SETTINGS}.`;
    return new DriftloopError('PERMISSION_DENIED', message, { cause });
  }
  const message = `${where}: ${messageOf(cause)}. Check SCHEMA_REGISTRY_URL and the registry.`;
  return new DriftloopError('REGISTRY_UNAVAILABLE', message, { cause });
}

/** The client reports a failed connection as status 400, so only exact codes mean something. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
