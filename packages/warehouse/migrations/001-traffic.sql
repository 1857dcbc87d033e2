-- What went through the inference topics. Rows whose error is not empty are messages that could not be decoded.
-- A row is identified by its place in Kafka, so a message that is read twice is stored once.
-- Partitions and expiry follow the Kafka timestamp: history replayed from 1996 is as new as its replay. Timestamps from
-- before 2026 share one partition, because ClickHouse refuses a block that touches more than 100.

CREATE TABLE IF NOT EXISTS {{database}}.stored_requests
(
  model LowCardinality(String),
  event_time DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  request_id String CODEC(ZSTD(1)),
  features Array(Float32),
  kafka_partition UInt32,
  kafka_offset UInt64 CODEC(Delta, LZ4),
  kafka_timestamp DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  error String,
  raw String,
  INDEX request_ids request_id TYPE bloom_filter(0.0001) GRANULARITY 1,
  INDEX offsets kafka_offset TYPE minmax GRANULARITY 1,
  INDEX timestamps kafka_timestamp TYPE minmax GRANULARITY 1,
  PROJECTION positions (SELECT kafka_partition, max(kafka_offset) GROUP BY kafka_partition)
)
ENGINE = ReplacingMergeTree
PARTITION BY toMonday(greatest(kafka_timestamp, toDateTime64('2026-01-01 00:00:00', 3, 'UTC')))
ORDER BY (model, event_time, kafka_partition, kafka_offset)
TTL toDateTime(kafka_timestamp) + INTERVAL 90 DAY
SETTINGS ttl_only_drop_parts = 1, deduplicate_merge_projection_mode = 'rebuild';

-- One row per request, version and role: an answer that a service repeated after a crash joins the first one, and
-- kafka_offsets tells how often it came.
CREATE TABLE IF NOT EXISTS {{database}}.stored_predictions
(
  model LowCardinality(String),
  event_time DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  request_partition UInt32,
  request_offset UInt64 CODEC(Delta, LZ4),
  version UInt32,
  role LowCardinality(String),
  request_id SimpleAggregateFunction(any, String) CODEC(ZSTD(1)),
  served_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(Delta, LZ4),
  outputs SimpleAggregateFunction(any, Array(Float32)),
  predicted SimpleAggregateFunction(any, Float64),
  kafka_partition SimpleAggregateFunction(any, UInt32),
  kafka_offsets SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)),
  kafka_timestamp SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(Delta, LZ4),
  error SimpleAggregateFunction(any, String),
  raw SimpleAggregateFunction(any, String),
  INDEX request_ids request_id TYPE bloom_filter(0.0001) GRANULARITY 1,
  INDEX offsets (arrayMin(kafka_offsets), arrayMax(kafka_offsets)) TYPE minmax GRANULARITY 1,
  INDEX timestamps kafka_timestamp TYPE minmax GRANULARITY 1,
  PROJECTION positions (SELECT kafka_partition, max(arrayMax(kafka_offsets)) GROUP BY kafka_partition)
)
ENGINE = AggregatingMergeTree
PARTITION BY toMonday(greatest(kafka_timestamp, toDateTime64('2026-01-01 00:00:00', 3, 'UTC')))
ORDER BY (model, event_time, request_partition, request_offset, version, role)
TTL toDateTime(kafka_timestamp) + INTERVAL 90 DAY
SETTINGS ttl_only_drop_parts = 1, deduplicate_merge_projection_mode = 'rebuild';

CREATE TABLE IF NOT EXISTS {{database}}.stored_labels
(
  model LowCardinality(String),
  event_time DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  request_id String CODEC(ZSTD(1)),
  label Float64,
  kafka_partition UInt32,
  kafka_offset UInt64 CODEC(Delta, LZ4),
  kafka_timestamp DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  error String,
  raw String,
  INDEX request_ids request_id TYPE bloom_filter(0.0001) GRANULARITY 1,
  INDEX offsets kafka_offset TYPE minmax GRANULARITY 1,
  INDEX timestamps kafka_timestamp TYPE minmax GRANULARITY 1,
  PROJECTION positions (SELECT kafka_partition, max(kafka_offset) GROUP BY kafka_partition)
)
ENGINE = ReplacingMergeTree
PARTITION BY toMonday(greatest(kafka_timestamp, toDateTime64('2026-01-01 00:00:00', 3, 'UTC')))
ORDER BY (model, event_time, kafka_partition, kafka_offset)
TTL toDateTime(kafka_timestamp) + INTERVAL 90 DAY
SETTINGS ttl_only_drop_parts = 1, deduplicate_merge_projection_mode = 'rebuild';
