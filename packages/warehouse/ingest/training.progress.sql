-- Fields of a record of training.progress.
model String,
commandId String,
phase String,
version Nullable(Int32),
step Int64,
steps Int64,
loss Nullable(Float64),
metrics Map(String, Float64),
at DateTime64(3, 'UTC'),
message String;

-- Columns of stored_training_progress.
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
FROM {{source}} AS source;
