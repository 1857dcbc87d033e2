-- What driftloop concluded. A service that is killed repeats its last results byte for byte; their keys say what they
-- are about, so a repeated one replaces the first. undecoded is empty but for messages that could not be decoded, whose
-- other key columns are: it holds partition and offset then and keeps them apart.

CREATE TABLE IF NOT EXISTS {{database}}.stored_signals
(
  model LowCardinality(String),
  window_start DateTime64(3, 'UTC'),
  window_end DateTime64(3, 'UTC'),
  signal LowCardinality(String),
  version UInt32,
  detector LowCardinality(String),
  feature LowCardinality(String),
  statistic Float64,
  p_value Nullable(Float64),
  threshold Float64,
  n UInt64,
  severity Float64,
  drifted Bool,
  change_point Nullable(DateTime64(3, 'UTC')),
  ordinal UInt32,
  total UInt32,
  late UInt64,
  through Array(Tuple(partition UInt32, offset UInt64)),
  kafka_partition UInt32,
  kafka_offset UInt64,
  kafka_timestamp DateTime64(3, 'UTC'),
  undecoded String,
  error String,
  raw String
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(greatest(kafka_timestamp, toDateTime64('2026-01-01 00:00:00', 3, 'UTC')))
ORDER BY (model, window_start, window_end, signal, version, detector, feature, undecoded)
TTL toDateTime(kafka_timestamp) + INTERVAL 2 YEAR
SETTINGS ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS {{database}}.stored_verdicts
(
  model LowCardinality(String),
  sequence UInt64,
  version UInt32,
  window_start DateTime64(3, 'UTC'),
  window_end DateTime64(3, 'UTC'),
  state LowCardinality(String),
  likelihood Float64,
  confirmed_by_labels Bool,
  evidence Array(Tuple(signal LowCardinality(String), detector LowCardinality(String), feature String, window_start DateTime64(3, 'UTC'), weight Float64, text String)),
  change_point Nullable(DateTime64(3, 'UTC')),
  change_point_from Nullable(DateTime64(3, 'UTC')),
  change_point_to Nullable(DateTime64(3, 'UTC')),
  action LowCardinality(String),
  command_id Nullable(String),
  kafka_partition UInt32,
  kafka_offset UInt64,
  kafka_timestamp DateTime64(3, 'UTC'),
  undecoded String,
  error String,
  raw String
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(greatest(kafka_timestamp, toDateTime64('2026-01-01 00:00:00', 3, 'UTC')))
ORDER BY (model, sequence, undecoded)
TTL toDateTime(kafka_timestamp) + INTERVAL 2 YEAR
SETTINGS ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS {{database}}.stored_commands
(
  model LowCardinality(String),
  command_id String,
  base_version UInt32,
  action LowCardinality(String),
  restore_version Nullable(UInt32),
  event_time DateTime64(3, 'UTC'),
  issued_at DateTime64(3, 'UTC'),
  issued_by LowCardinality(String),
  selection Array(Tuple(from DateTime64(3, 'UTC'), to DateTime64(3, 'UTC'), weight Float64, reason String)),
  labels_through Array(Tuple(partition UInt32, offset UInt64)),
  strategy LowCardinality(String),
  max_seconds Float64,
  max_steps UInt64,
  reasons Array(String),
  kafka_partition UInt32,
  kafka_offset UInt64,
  kafka_timestamp DateTime64(3, 'UTC'),
  undecoded String,
  error String,
  raw String
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(greatest(kafka_timestamp, toDateTime64('2026-01-01 00:00:00', 3, 'UTC')))
ORDER BY (model, command_id, undecoded)
TTL toDateTime(kafka_timestamp) + INTERVAL 2 YEAR
SETTINGS ttl_only_drop_parts = 1;
