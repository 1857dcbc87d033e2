-- What was to be told, the messages made of it, and every attempt to deliver them. Never a secret: services/notifier writes it.

CREATE TABLE IF NOT EXISTS {{database}}.stored_notification_events
(
  kind LowCardinality(String),
  rule LowCardinality(String),
  message_id String,
  at DateTime64(3, 'UTC'),
  groups Array(String),
  states Map(String, Int32),
  severity LowCardinality(String),
  models Array(String),
  first_at Nullable(DateTime64(3, 'UTC')),
  last_at Nullable(DateTime64(3, 'UTC')),
  title String,
  texts Array(String),
  topic LowCardinality(String),
  partition Int32,
  from_offset Int64,
  to_offset Int64,
  through Int64,
  attempt Int32,
  outcome LowCardinality(String),
  reason String,
  next_at Nullable(DateTime64(3, 'UTC')),
  kafka_partition UInt32,
  kafka_offset UInt64,
  kafka_timestamp DateTime64(3, 'UTC'),
  error String,
  raw String
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(greatest(kafka_timestamp, toDateTime64('2026-01-01 00:00:00', 3, 'UTC')))
ORDER BY (kafka_partition, kafka_offset)
TTL toDateTime(kafka_timestamp) + INTERVAL 2 YEAR
SETTINGS ttl_only_drop_parts = 1;

CREATE OR REPLACE VIEW {{database}}.notification_events AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_notification_events FINAL
WHERE error = '';

-- One row per message: what it said, and what came of its delivery. next_at is in a tuple, as aggregates pass over nulls.
CREATE OR REPLACE VIEW {{database}}.notifications AS
SELECT
  message_id,
  any(event.rule) AS rule,
  argMinIf(event.at, event.kafka_offset, event.kind = 'formed') AS formed_at,
  argMinIf(event.title, event.kafka_offset, event.kind = 'formed') AS title,
  argMinIf(event.texts, event.kafka_offset, event.kind = 'formed') AS texts,
  argMinIf(event.severity, event.kafka_offset, event.kind = 'formed') AS severity,
  argMinIf(event.models, event.kafka_offset, event.kind = 'formed') AS models,
  argMinIf(event.states, event.kafka_offset, event.kind = 'formed') AS states,
  argMinIf(event.groups, event.kafka_offset, event.kind = 'formed') AS groups,
  max(event.attempt) AS attempts,
  argMax(event.outcome, event.kafka_offset) AS outcome,
  argMax(event.reason, event.kafka_offset) AS reason,
  tupleElement(argMax(tuple(event.next_at), event.kafka_offset), 1) AS next_at,
  max(event.at) AS last_at,
  min(event.kafka_offset) AS first_offset
FROM {{database}}.notification_events AS event
WHERE event.kind != 'raised'
GROUP BY message_id
HAVING countIf(event.kind = 'formed') > 0;

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
  UNION ALL
  SELECT 'notification.events', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_notification_events FINAL WHERE rule = '' AND error != ''
);
