CREATE TABLE {{database}}.queue_training_progress
(
  model String,
  commandId String,
  phase String,
  version Nullable(Int32),
  step Int64,
  steps Int64,
  loss Nullable(Float64),
  metrics Map(String, Float64),
  at DateTime64(3, 'UTC'),
  message String
)
ENGINE = Kafka
SETTINGS {{kafka}};

CREATE MATERIALIZED VIEW {{database}}.ingest_training_progress TO {{database}}.stored_training_progress AS
SELECT
  model,
  commandId AS command_id,
  phase,
  version,
  step,
  steps,
  loss,
  metrics,
  at,
  message,
  {{position}}
FROM {{database}}.queue_training_progress AS queue;
