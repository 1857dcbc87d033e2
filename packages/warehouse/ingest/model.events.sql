CREATE TABLE {{database}}.queue_model_events
(
  model String,
  version Int32,
  kind String,
  restoredVersion Nullable(Int32),
  at DateTime64(3, 'UTC'),
  eventTime DateTime64(3, 'UTC'),
  artifact String,
  sha256 String,
  parentVersion Nullable(Int32),
  commandId Nullable(String),
  metrics Map(String, Float64),
  reasons Array(String),
  actor String
)
ENGINE = Kafka
SETTINGS {{kafka}};

CREATE MATERIALIZED VIEW {{database}}.ingest_model_events TO {{database}}.stored_model_events AS
SELECT
  model,
  version,
  kind,
  restoredVersion AS restored_version,
  at,
  eventTime AS event_time,
  artifact,
  sha256,
  parentVersion AS parent_version,
  commandId AS command_id,
  metrics,
  reasons,
  actor,
  {{position}}
FROM {{database}}.queue_model_events AS queue;
