-- Fields of a record of inference.predictions.
requestId String,
model String,
version Int32,
eventTime DateTime64(3, 'UTC'),
servedAt DateTime64(3, 'UTC'),
outputs Array(Float32),
predicted Float64,
role String,
requestPartition Int32,
requestOffset Int64,
requestTime DateTime64(3, 'UTC'),
expected Array(Float32);

-- Columns of stored_predictions.
SELECT
  model,
  eventTime AS event_time,
  if(_error = '', toUInt32(requestPartition), toUInt32(_partition)) AS request_partition,
  if(_error = '', toUInt64(requestOffset), _offset) AS request_offset,
  version,
  role,
  requestTime AS request_time,
  requestId AS request_id,
  servedAt AS served_at,
  outputs,
  predicted,
  expected,
  _partition AS kafka_partition,
  [_offset] AS kafka_offsets,
  ifNull(_timestamp_ms, now64(3, 'UTC')) AS kafka_timestamp,
  _error AS error,
  _raw_message AS raw
FROM {{source}} AS source;
