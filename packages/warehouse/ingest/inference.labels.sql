CREATE TABLE {{database}}.queue_labels
(
  requestId String,
  model String,
  label Float64,
  eventTime DateTime64(3, 'UTC')
)
ENGINE = Kafka
SETTINGS {{kafka}};

CREATE MATERIALIZED VIEW {{database}}.ingest_labels TO {{database}}.stored_labels AS
SELECT
  model,
  eventTime AS event_time,
  requestId AS request_id,
  label,
  {{position}}
FROM {{database}}.queue_labels AS queue;
