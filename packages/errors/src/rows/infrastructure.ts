import { type ErrorRow, FAULT, KEPT_OUT, NOT_HERE, OUT_OF_REACH, WRONG_FILE } from '../row.ts';

/**
 * What driftloop stands on: settings, Kafka, registries, ClickHouse, the artifact store, the local
 * infrastructure.
 */
export const INFRASTRUCTURE = {
  CONFIG_INVALID: {
    meaning: 'A setting is missing or has a value outside its range.',
    whatToDo: 'Set the variables that the message names; docs/services has a table per service.',
    ...WRONG_FILE,
    lasts: true,
  },
  STARTUP_TIMEOUT: {
    meaning: 'A part did not become ready in time.',
    whatToDo: 'Look at the log of the part that the message names.',
    ...NOT_HERE,
  },
  KAFKA_UNAVAILABLE: {
    meaning: 'Kafka cannot be reached or refused the request.',
    whatToDo: 'Check `KAFKA_BROKERS` and that the broker runs (`pnpm driftloop status`).',
    ...OUT_OF_REACH,
  },
  PARTITION_LOST: {
    meaning: 'Records were not written because their partition may have gone to another member of the group.',
    whatToDo:
      'Nothing: the other member writes them. Where it comes often, see what stops the process for longer than its session (10 s).',
    ...FAULT,
    retriable: true,
    run: 'again',
  },
  REGISTRY_UNAVAILABLE: {
    meaning: 'The schema registry cannot be reached or refused the request.',
    whatToDo: 'Check `SCHEMA_REGISTRY_URL` and that the registry runs.',
    ...OUT_OF_REACH,
  },
  SCHEMA_INCOMPATIBLE: {
    meaning: 'A schema breaks compatibility with the registered one.',
    whatToDo: 'Give new fields a default and remove none; or use another topic prefix.',
    ...FAULT,
    lasts: true,
  },
  WAREHOUSE_UNAVAILABLE: {
    meaning: 'ClickHouse cannot be reached or refused the request.',
    whatToDo: 'Check `CLICKHOUSE_URL` and that ClickHouse runs.',
    ...OUT_OF_REACH,
  },
  MIGRATION_CHANGED: {
    meaning: 'A migration that has already run was changed.',
    whatToDo: 'Restore the migration file and put the change into a new one.',
    ...FAULT,
    lasts: true,
  },
  ARTIFACTS_UNAVAILABLE: {
    meaning: 'The artifact store cannot be reached or refused the request.',
    whatToDo: 'See the message.',
    ...OUT_OF_REACH,
  },
  KUBERNETES_UNAVAILABLE: {
    meaning: 'The Kubernetes API cannot be reached or refused the request.',
    whatToDo: "See the message; the operator needs the chart's custom resources and role.",
    ...OUT_OF_REACH,
  },
  CREDENTIALS_REFUSED: {
    meaning: 'Kafka, the schema registry, ClickHouse or the artifact store does not take the credentials.',
    whatToDo:
      'Correct the variables or files that the message names and start again: they are read at start ([security.md](security.md)).',
    ...KEPT_OUT,
  },
  CERTIFICATE_REFUSED: {
    meaning: 'No TLS connection comes about: one side does not take the certificate of the other.',
    whatToDo:
      'See the message: an expired certificate, another CA, another host name, or a client certificate that is missing ([security.md](security.md)).',
    ...KEPT_OUT,
  },
  PERMISSION_DENIED: {
    meaning: 'The credentials are good, but do not allow what was tried.',
    whatToDo: 'Allow it: [security.md](security.md) lists what each service reads and writes.',
    ...KEPT_OUT,
  },
  NOTIFICATION_UNDELIVERED: {
    meaning: 'The receiver of a notification did not take it.',
    whatToDo:
      'See the message: the address, the secret and the receiver itself; `driftloop notify log` has each attempt ([notifications.md](notifications.md)).',
    ...OUT_OF_REACH,
  },
  CHECKPOINT_TOO_LARGE: {
    meaning: 'The state of a reader is larger than a Kafka record may be.',
    whatToDo: 'Fewer open windows (shorter lateness) or more partitions.',
    ...FAULT,
  },
  LOCAL_TOOL_MISSING: {
    meaning: 'A program that the local infrastructure needs is not installed.',
    whatToDo: 'Install what the message names, or use `docker compose up`.',
    ...NOT_HERE,
    lasts: true,
  },
  LOCAL_START_FAILED: {
    meaning: 'A part of the local infrastructure did not start.',
    whatToDo: 'Look at the log that the message names.',
    ...NOT_HERE,
  },
} satisfies Record<string, ErrorRow>;
