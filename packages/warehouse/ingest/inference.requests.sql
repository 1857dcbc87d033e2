-- Fields of a record of inference.requests.
requestId String,
model String,
eventTime DateTime64(3, 'UTC'),
features Array(Float32);

-- Columns of stored_requests.
SELECT
  model,
  eventTime AS event_time,
  requestId AS request_id,
  features,
  {{position}}
FROM {{source}} AS source;
