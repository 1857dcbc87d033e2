CREATE TABLE {{database}}.queue_dead_letters
(
  topic String,
  partition Int32,
  offset Int64,
  key Nullable(String),
  value Nullable(String),
  code String,
  reason String,
  service String,
  at DateTime64(3, 'UTC')
)
ENGINE = Kafka
SETTINGS {{kafka}};

CREATE MATERIALIZED VIEW {{database}}.ingest_dead_letters TO {{database}}.stored_dead_letters AS
SELECT
  topic,
  partition,
  offset,
  service,
  key,
  value,
  code,
  reason,
  at,
  {{position}},
  {{undecoded}}
FROM {{database}}.queue_dead_letters AS queue;
