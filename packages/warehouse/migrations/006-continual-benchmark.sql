-- What each strategy learnt and forgot in `pnpm bench continual`: one row per run of the benchmark, scenario and strategy.

CREATE TABLE IF NOT EXISTS {{database}}.continual_benchmark
(
  run_id UUID,
  measured_at DateTime64(3, 'UTC'),
  scenario LowCardinality(String),
  strategy LowCardinality(String),
  seeds UInt32,
  accuracy Float64,
  accuracy_spread Float64,
  forgetting Float64,
  backward_transfer Float64,
  forward_transfer Float64,
  prequential Nullable(Float64),
  recovery_rows Nullable(Float64),
  memory_bytes UInt64,
  seconds Float64,
  peer String,
  peer_accuracy Nullable(Float64)
)
ENGINE = ReplacingMergeTree ORDER BY (scenario, strategy, run_id);
