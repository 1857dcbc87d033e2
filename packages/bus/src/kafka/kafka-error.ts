import { DriftloopError, refusedCertificate } from '@driftloop/errors';
import kafkajs from 'kafkajs';

/**
 * Errors of kafkajs that say "not now": the same request may succeed on another try or another
 * connection.
 */
const TRANSIENT_NAMES = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSBrokerNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSNoBrokerAvailableError',
]);

/**
 * What kafkajs throws, as a plain Error, for a request to a broker whose socket is open but which
 * has not yet said what it speaks.
 */
const NOT_CONNECTED = 'Broker not connected';

/** Names of Kafka's error codes that are handled here (Kafka protocol guide, "Error Codes"). */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  1: 'OFFSET_OUT_OF_RANGE',
  2: 'CORRUPT_MESSAGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_FOR_PARTITION',
  7: 'REQUEST_TIMED_OUT',
  9: 'REPLICA_NOT_AVAILABLE',
  10: 'MESSAGE_TOO_LARGE',
  13: 'NETWORK_EXCEPTION',
  18: 'RECORD_LIST_TOO_LARGE',
  19: 'NOT_ENOUGH_REPLICAS',
  20: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  30: 'GROUP_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED',
  32: 'INVALID_TIMESTAMP',
  45: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  46: 'DUPLICATE_SEQUENCE_NUMBER',
  47: 'INVALID_PRODUCER_EPOCH',
  49: 'INVALID_PRODUCER_ID_MAPPING',
  53: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  56: 'KAFKA_STORAGE_ERROR',
  59: 'UNKNOWN_PRODUCER_ID',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  78: 'OFFSET_NOT_AVAILABLE',
  87: 'INVALID_RECORD',
  100: 'UNKNOWN_TOPIC_ID',
  103: 'INCONSISTENT_TOPIC_ID',
};

/** The broker knows the user, who may not do this. */
const DENIED = /_AUTHORIZATION_FAILED$/;
/** The broker does not take the password or token, or the mechanism. */
const REFUSED = new Set(['SASL_AUTHENTICATION_FAILED', 'UNSUPPORTED_SASL_MECHANISM']);
const REFUSED_NAME = 'KafkaJSSASLAuthenticationError';

const RETRIABLE_TYPES = new Set([
  'CORRUPT_MESSAGE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'REQUEST_TIMED_OUT',
  'REPLICA_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'KAFKA_STORAGE_ERROR',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'OFFSET_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
]);

/** A Kafka error code as it came in a response that was read here. */
export function errorType(code: number): string {
  return ERROR_TYPES[code] ?? `ERROR_${code}`;
}

/** Whether Kafka's error of this name passes by itself, often after new metadata. */
export function isRetriableType(type: string): boolean {
  return RETRIABLE_TYPES.has(type);
}

/**
 * Kafka's own name of the error, for example REBALANCE_IN_PROGRESS, if there is one in the chain of
 * causes.
 */
export function typeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('type' in at && typeof at.type === 'string') return at.type;
  }
  return undefined;
}

/** The errors of a request about several things, or the one error. */
export function partsOf(error: unknown): readonly unknown[] {
  return error instanceof kafkajs.KafkaJSAggregateError ? error.errors : [error];
}

/**
 * Turns an error of kafkajs into a DriftloopError; any other error is returned as it is.
 *
 * @param doing what was tried, to begin the message with
 */
export function kafkaError(doing: string, error: unknown): unknown {
  if (error instanceof DriftloopError || !(error instanceof Error)) return error;
  const isEarly = error.message === NOT_CONNECTED;
  if (!isEarly && !(error instanceof kafkajs.KafkaJSError)) return error;
  const keptOut = keptOutError(doing, error);
  if (keptOut !== undefined) return keptOut;
  const retriable =
    isEarly || TRANSIENT_NAMES.has(error.name) || (error instanceof kafkajs.KafkaJSError && error.retriable);
  const closed = chainOf(error).some(({ name }) => name === 'KafkaJSConnectionClosedError');
  const advice = retriable
    ? `Check that the brokers in KAFKA_BROKERS are reachable.${closed ? ' One that closes every connection may want TLS or a password: KAFKA_SECURITY_PROTOCOL.' : ''}`
    : 'Check authentication, permissions and the broker version.';
  return new DriftloopError('KAFKA_UNAVAILABLE', `${doing}: ${error.message}. ${advice}`, {
    retriable,
    cause: error,
  });
}

/** A DriftloopError for a Kafka error code in a response. */
export function kafkaCodeError(doing: string, code: number): DriftloopError {
  const type = errorType(code);
  if (type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE') {
    return new DriftloopError(
      'RECORD_TOO_LARGE',
      `${doing}: ${type}. Raise the topic's max.message.bytes, or send smaller records.`,
    );
  }
  if (DENIED.test(type)) return denied(doing, type);
  if (type === 'INVALID_TIMESTAMP') {
    // Passes as soon as the clock is right, by records that are stamped anew: not by the same ones.
    return new DriftloopError(
      'KAFKA_UNAVAILABLE',
      `${doing}: ${type}. The clock of this machine and that of the broker are further apart than the topic's message.timestamp.after.max.ms allows, an hour by default: set them right.`,
      { retriable: true },
    );
  }
  return new DriftloopError('KAFKA_UNAVAILABLE', `${doing}: ${type}`, { retriable: isRetriableType(type) });
}

/** What a person must mend, in settings or on the broker; undefined for everything else. */
function keptOutError(doing: string, error: Error): DriftloopError | undefined {
  const own = chainOf(error).find((link) => link instanceof DriftloopError);
  // A token that cannot be had.
  if (own !== undefined) return own;
  const certificate = refusedCertificate(error);
  if (certificate !== undefined) {
    return new DriftloopError(
      'CERTIFICATE_REFUSED',
      `${doing}: no TLS connection to Kafka (${brokerOf(error)}), ${certificate}. Check KAFKA_SECURITY_PROTOCOL and KAFKA_TLS_CA, KAFKA_TLS_CERTIFICATE and KAFKA_TLS_KEY, and the certificate of the broker.`,
      { cause: error },
    );
  }
  const type = typeOf(error) ?? '';
  if (DENIED.test(type)) return denied(doing, type, error);
  if (!REFUSED.has(type) && !chainOf(error).some(({ name }) => name === REFUSED_NAME)) return undefined;
  return new DriftloopError(
    'CREDENTIALS_REFUSED',
    `${doing}: Kafka does not take the credentials (${error.message}). Check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD or its file, or the KAFKA_OAUTH_ settings.`,
    { cause: error },
  );
}

function denied(doing: string, type: string, cause?: Error): DriftloopError {
  const topic = cause !== undefined && 'topic' in cause ? ` (topic ${cause.topic})` : '';
  return new DriftloopError(
    'PERMISSION_DENIED',
    `${doing}: ${type}${topic}. Allow it to the user of KAFKA_SASL_USERNAME, or of the client certificate; docs/security.md lists what each service reads and writes.`,
    cause === undefined ? {} : { cause },
  );
}

function brokerOf(error: Error): string {
  for (const link of chainOf(error))
    if ('broker' in link && typeof link.broker === 'string') return link.broker;
  return 'KAFKA_BROKERS';
}

function chainOf(error: Error): Error[] {
  const chain: Error[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) chain.push(at);
  return chain;
}
