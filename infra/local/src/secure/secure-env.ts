import type { PartName } from '../part-name.ts';
import { ENGINE_PORT } from './kafka-properties.ts';
import { type SecureFolder, USER } from './secure-folder.ts';
import type { SecurityVariables } from './security-variables.ts';

/**
 * The variables by which services and commands speak to a part with TLS and passwords. Those that
 * the surrounding environment may hold for another Kafka are emptied.
 */
export function secureEnv(part: PartName, folder: SecureFolder, ports: readonly number[]): SecurityVariables {
  const password = folder.passwordFile(part);
  switch (part) {
    case 'kafka':
      return {
        KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
        KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
        KAFKA_SASL_USERNAME: USER,
        KAFKA_SASL_PASSWORD: '',
        KAFKA_SASL_PASSWORD_FILE: password,
        KAFKA_TLS_CA: '',
        KAFKA_TLS_CA_FILE: folder.ca,
        KAFKA_TLS_CERTIFICATE: '',
        KAFKA_TLS_CERTIFICATE_FILE: '',
        KAFKA_TLS_KEY: '',
        KAFKA_TLS_KEY_FILE: '',
        // The engine's librdkafka is built without OpenSSL: no TLS, and no mechanism but PLAIN.
        CLICKHOUSE_KAFKA_BROKERS: `127.0.0.1:${ports[ENGINE_PORT]}`,
        CLICKHOUSE_KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT',
        CLICKHOUSE_KAFKA_SASL_MECHANISM: 'PLAIN',
        CLICKHOUSE_KAFKA_SASL_USERNAME: USER,
        CLICKHOUSE_KAFKA_SASL_PASSWORD: '',
        CLICKHOUSE_KAFKA_SASL_PASSWORD_FILE: password,
        CLICKHOUSE_KAFKA_COLLECTION: '',
      };
    case 'registry':
      return {
        SCHEMA_REGISTRY_USERNAME: USER,
        SCHEMA_REGISTRY_PASSWORD: '',
        SCHEMA_REGISTRY_PASSWORD_FILE: password,
        SCHEMA_REGISTRY_TOKEN: '',
        SCHEMA_REGISTRY_TOKEN_FILE: '',
        SCHEMA_REGISTRY_TLS_CA: '',
        SCHEMA_REGISTRY_TLS_CA_FILE: folder.ca,
      };
    case 'clickhouse':
      return {
        CLICKHOUSE_USERNAME: USER,
        CLICKHOUSE_PASSWORD: '',
        CLICKHOUSE_PASSWORD_FILE: password,
        CLICKHOUSE_TLS_CA: '',
        CLICKHOUSE_TLS_CA_FILE: folder.ca,
      };
  }
}
