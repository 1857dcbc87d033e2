CREATE TABLE {{database}}.queue_signals
(
  model String,
  version Int32,
  windowStart DateTime64(3, 'UTC'),
  windowEnd DateTime64(3, 'UTC'),
  signal String,
  detector String,
  feature String,
  statistic Float64,
  pValue Nullable(Float64),
  threshold Float64,
  n Int64,
  severity Float64,
  drifted Bool,
  changePoint Nullable(DateTime64(3, 'UTC')),
  ordinal Int32,
  total Int32,
  late Int64,
  through Array(Tuple(partition Int32, offset Int64))
)
ENGINE = Kafka
SETTINGS {{kafka}};

CREATE MATERIALIZED VIEW {{database}}.ingest_signals TO {{database}}.stored_signals AS
SELECT
  model,
  windowStart AS window_start,
  windowEnd AS window_end,
  signal,
  version,
  detector,
  feature,
  statistic,
  pValue AS p_value,
  threshold,
  n,
  severity,
  drifted,
  changePoint AS change_point,
  ordinal,
  total,
  late,
  through,
  {{position}},
  {{undecoded}}
FROM {{database}}.queue_signals AS queue;
