-- Specs, lifecycle and training of models, and what could not be handled. Specs and events never expire: they are the
-- history of every version.

CREATE TABLE IF NOT EXISTS {{database}}.stored_model_specs
(
  model LowCardinality(String),
  task LowCardinality(String),
  classes UInt32,
  features Array(Tuple(name String, kind LowCardinality(String), allow_missing Bool)),
  window_length_ms UInt64,
  window_allowed_lateness_ms UInt64,
  window_min_samples UInt32,
  drift_expected_windows_between_false_alarms Float64,
  drift_detectors Array(String),
  retrain_enabled Bool,
  retrain_strategy LowCardinality(String),
  retrain_cooldown_ms UInt64,
  retrain_min_labels UInt32,
  retrain_max_rows UInt32,
  retrain_max_seconds Float64,
  retrain_max_steps UInt64,
  retrain_max_age_ms UInt64,
  rollout_canary_share Float64,
  rollout_shadow_versions Array(UInt32),
  updated_at DateTime64(3, 'UTC'),
  kafka_partition UInt32,
  kafka_offset UInt64,
  kafka_timestamp DateTime64(3, 'UTC'),
  error String,
  raw String
)
ENGINE = ReplacingMergeTree
ORDER BY (model, kafka_partition, kafka_offset);

CREATE TABLE IF NOT EXISTS {{database}}.stored_model_events
(
  model LowCardinality(String),
  version UInt32,
  kind LowCardinality(String),
  restored_version Nullable(UInt32),
  at DateTime64(3, 'UTC'),
  event_time DateTime64(3, 'UTC'),
  artifact String,
  sha256 String,
  parent_version Nullable(UInt32),
  command_id Nullable(String),
  metrics Map(String, Float64),
  reasons Array(String),
  actor LowCardinality(String),
  kafka_partition UInt32,
  kafka_offset UInt64,
  kafka_timestamp DateTime64(3, 'UTC'),
  error String,
  raw String
)
ENGINE = ReplacingMergeTree
ORDER BY (model, kafka_partition, kafka_offset);

CREATE TABLE IF NOT EXISTS {{database}}.stored_training_progress
(
  model LowCardinality(String),
  command_id String,
  phase LowCardinality(String),
  version Nullable(UInt32),
  step UInt64,
  steps UInt64,
  loss Nullable(Float64),
  metrics Map(String, Float64),
  at DateTime64(3, 'UTC'),
  message String,
  kafka_partition UInt32,
  kafka_offset UInt64,
  kafka_timestamp DateTime64(3, 'UTC'),
  error String,
  raw String
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(greatest(kafka_timestamp, toDateTime64('2026-01-01 00:00:00', 3, 'UTC')))
ORDER BY (model, command_id, kafka_partition, kafka_offset)
TTL toDateTime(kafka_timestamp) + INTERVAL 2 YEAR
SETTINGS ttl_only_drop_parts = 1;

-- A service that is killed may send a dead letter again: what it is about identifies it.
CREATE TABLE IF NOT EXISTS {{database}}.stored_dead_letters
(
  topic LowCardinality(String),
  partition UInt32,
  offset UInt64,
  service LowCardinality(String),
  key Nullable(String),
  value Nullable(String),
  code LowCardinality(String),
  reason String,
  at DateTime64(3, 'UTC'),
  kafka_partition UInt32,
  kafka_offset UInt64,
  kafka_timestamp DateTime64(3, 'UTC'),
  undecoded String,
  error String,
  raw String
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(greatest(kafka_timestamp, toDateTime64('2026-01-01 00:00:00', 3, 'UTC')))
ORDER BY (topic, partition, offset, service, undecoded)
TTL toDateTime(kafka_timestamp) + INTERVAL 2 YEAR
SETTINGS ttl_only_drop_parts = 1;
