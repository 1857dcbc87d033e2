-- Fields of a record of model.events.
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
actor String;

-- Columns of stored_model_events.
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
FROM {{source}} AS source;
