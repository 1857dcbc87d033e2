-- Fields of a record of inference.labels.
requestId String,
model String,
label Float64,
eventTime DateTime64(3, 'UTC'),
labelName Nullable(String),
values Array(Float64),
labelNames Array(String);

-- Columns of stored_labels.
SELECT
  model,
  eventTime AS event_time,
  requestId AS request_id,
  label,
  labelName AS label_name,
  values AS label_values,
  labelNames AS label_names,
  {{position}}
FROM {{source}} AS source;
