-- Fields of a record of inference.requests.
requestId String,
model String,
eventTime DateTime64(3, 'UTC'),
features Array(Float32),
numbers Map(String, Float64),
texts Map(String, String),
vectors Map(String, Array(Float32));

-- Columns of stored_requests.
SELECT
  model,
  eventTime AS event_time,
  requestId AS request_id,
  features,
  numbers,
  texts,
  vectors,
  {{position}}
FROM {{source}} AS source;
