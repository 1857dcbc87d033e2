-- What backtests came to: `driftloop backtest --save`, and every run of a study. The id is a hash of what was asked and of
-- what came out, so a backtest that is saved twice is there once.

CREATE TABLE IF NOT EXISTS {{database}}.backtests
(
  backtest_id String,
  model LowCardinality(String),
  saved_at DateTime64(3, 'UTC'),
  window_from DateTime64(3, 'UTC'),
  window_to DateTime64(3, 'UTC'),
  overrides String,
  trained Bool,
  source LowCardinality(String),
  records UInt64,
  alarms UInt32,
  found Nullable(UInt32),
  missed Nullable(UInt32),
  false_alarms Nullable(UInt32),
  mean_delay_ms Nullable(Float64),
  rows UInt64,
  score Nullable(Float64),
  frozen_score Nullable(Float64),
  live_score Nullable(Float64),
  retrains UInt32,
  published UInt32,
  training_rows UInt64,
  training_steps UInt64
)
ENGINE = ReplacingMergeTree(saved_at) ORDER BY (model, backtest_id);

CREATE TABLE IF NOT EXISTS {{database}}.backtest_signals
(
  backtest_id String,
  model LowCardinality(String),
  window_start DateTime64(3, 'UTC'),
  window_end DateTime64(3, 'UTC'),
  signal LowCardinality(String),
  version UInt32,
  detector LowCardinality(String),
  feature LowCardinality(String),
  rival UInt32,
  statistic Float64,
  p_value Nullable(Float64),
  threshold Float64,
  n UInt64,
  severity Float64,
  drifted Bool,
  ordinal UInt32
)
ENGINE = ReplacingMergeTree
ORDER BY (model, backtest_id, window_start, window_end, signal, version, detector, feature, rival, ordinal);

CREATE TABLE IF NOT EXISTS {{database}}.backtest_verdicts
(
  backtest_id String,
  model LowCardinality(String),
  sequence UInt64,
  version UInt32,
  window_start DateTime64(3, 'UTC'),
  window_end DateTime64(3, 'UTC'),
  state LowCardinality(String),
  likelihood Float64,
  confirmed_by_labels Bool,
  change_point Nullable(DateTime64(3, 'UTC')),
  action LowCardinality(String),
  command_id Nullable(String)
)
ENGINE = ReplacingMergeTree ORDER BY (model, backtest_id, sequence);

CREATE TABLE IF NOT EXISTS {{database}}.backtest_versions
(
  backtest_id String,
  model LowCardinality(String),
  ordinal UInt32,
  command_id String,
  action LowCardinality(String),
  outcome LowCardinality(String),
  version Nullable(UInt32),
  event_time DateTime64(3, 'UTC'),
  ended_at DateTime64(3, 'UTC'),
  rows UInt64,
  steps UInt64,
  reasons Array(String)
)
ENGINE = ReplacingMergeTree ORDER BY (model, backtest_id, ordinal);
