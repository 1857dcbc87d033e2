CREATE TABLE {{database}}.queue_requests
(
  requestId String,
  model String,
  eventTime DateTime64(3, 'UTC'),
  features Array(Float32)
)
ENGINE = Kafka
SETTINGS {{kafka}};

CREATE MATERIALIZED VIEW {{database}}.ingest_requests TO {{database}}.stored_requests AS
SELECT
  model,
  eventTime AS event_time,
  requestId AS request_id,
  features,
  {{position}}
FROM {{database}}.queue_requests AS queue;
