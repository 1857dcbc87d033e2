const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';

/** Codes of Node and OpenSSL, and what they mean of the other side. */
const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate has been revoked',
  [OTHER_NAME]: 'its certificate is for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS on this port',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks no version of TLS that is accepted here',
};

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

/** What the other side says when it does not take the certificate of this one, or misses it. */
const ALERT =
  /^ERR_SSL_(?:TLSV1|TLSV13|SSLV3|SSL\/TLS)_ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_\w+|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE|HANDSHAKE_FAILURE|NO_CERTIFICATE|ACCESS_DENIED)$/;

/**
 * Why no TLS connection came about, to be said of the other side ("its certificate has expired");
 * undefined where certificates are not the reason. Causes are looked through.
 */
export function refusedCertificate(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (!('code' in at) || typeof at.code !== 'string') continue;
    const reason = reasonOf(at.code);
    // Node says of the name which one was asked for, and which ones the certificate has.
    const detail = 'reason' in at && typeof at.reason === 'string' ? ` (${at.reason})` : '';
    if (reason !== undefined) return at.code === OTHER_NAME ? `${reason}${detail}` : reason;
  }
  return undefined;
}

function reasonOf(code: string): string | undefined {
  if (UNTRUSTED.has(code)) return 'its certificate is of a CA that is not trusted here';
  if (ALERT.test(code)) return 'it does not accept the certificate of this client, or wants one';
  return REASONS[code];
}
