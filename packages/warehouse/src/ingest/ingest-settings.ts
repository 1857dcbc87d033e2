import type { HttpSecurity, KafkaSecurity } from '@driftloop/service';

/** How ClickHouse reaches Kafka and the registry: addresses as seen from the ClickHouse server. */
export interface IngestSettings {
  readonly kafkaBrokers: readonly string[];
  readonly registryUrl: string;
  readonly topicPrefix: string;
  /** @default plaintext, without a password */
  readonly kafkaSecurity?: KafkaSecurity;
  /** @default none but what the URL holds */
  readonly registrySecurity?: HttpSecurity;
  /** A named collection that is there, instead of all of the above but the topic prefix. */
  readonly collection?: string;
}
