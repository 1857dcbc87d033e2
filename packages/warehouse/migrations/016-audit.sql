-- Who changed something, or wanted to. Never a secret, never a body: packages/access writes it.

CREATE TABLE IF NOT EXISTS {{database}}.stored_audit
(
  audit_id String,
  at DateTime64(3, 'UTC'),
  actor String,
  via LowCardinality(String),
  token_id String,
  role LowCardinality(String),
  action LowCardinality(String),
  target String,
  model LowCardinality(String),
  version Nullable(Int32),
  reason String,
  outcome LowCardinality(String),
  status Int32,
  code LowCardinality(String),
  before Nullable(String),
  after Nullable(String),
  remote_address String,
  kafka_partition UInt32,
  kafka_offset UInt64,
  kafka_timestamp DateTime64(3, 'UTC'),
  error String,
  raw String
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(greatest(kafka_timestamp, toDateTime64('2026-01-01 00:00:00', 3, 'UTC')))
ORDER BY (kafka_partition, kafka_offset);

CREATE OR REPLACE VIEW {{database}}.audit AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_audit FINAL
WHERE error = '';

CREATE OR REPLACE VIEW {{database}}.malformed AS
SELECT topic, kafka_partition, kafka_offset, kafka_timestamp, error, raw
FROM
(
  SELECT 'inference.requests' AS topic, kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_requests FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'inference.predictions', kafka_partition, arrayMin(kafka_offsets), kafka_timestamp, error, raw
  FROM {{database}}.stored_predictions FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'inference.labels', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_labels FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'drift.signals', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_signals FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'drift.verdicts', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_verdicts FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'retrain.commands', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_commands FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'training.progress', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_training_progress FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'model.specs', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_model_specs FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'model.events', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_model_events FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'dead.letters', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_dead_letters FINAL WHERE topic = '' AND error != ''
  UNION ALL
  SELECT 'letter.decisions', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_letter_decisions FINAL WHERE topic = '' AND error != ''
  UNION ALL
  SELECT 'access.audit', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_audit FINAL WHERE audit_id = '' AND error != ''
);
