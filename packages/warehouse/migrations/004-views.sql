-- The tables as a user reads them: every message once, without those that could not be decoded.

CREATE OR REPLACE VIEW {{database}}.requests AS
SELECT model, event_time, request_id, features, kafka_partition, kafka_offset, kafka_timestamp
FROM {{database}}.stored_requests FINAL
WHERE error = '';

-- messages is how often the answer was written to Kafka: 1, or more when a service repeated it after a crash.
CREATE OR REPLACE VIEW {{database}}.predictions AS
SELECT model, event_time, request_id, version, role, predicted, outputs, served_at, request_partition, request_offset,
  kafka_partition, arrayMin(kafka_offsets) AS kafka_offset, kafka_timestamp, length(kafka_offsets) AS messages
FROM {{database}}.stored_predictions FINAL
WHERE error = '';

CREATE OR REPLACE VIEW {{database}}.labels AS
SELECT model, event_time, request_id, label, kafka_partition, kafka_offset, kafka_timestamp
FROM {{database}}.stored_labels FINAL
WHERE error = '';

CREATE OR REPLACE VIEW {{database}}.signals AS
SELECT * EXCEPT (undecoded, error, raw)
FROM {{database}}.stored_signals FINAL
WHERE error = '';

CREATE OR REPLACE VIEW {{database}}.verdicts AS
SELECT * EXCEPT (undecoded, error, raw)
FROM {{database}}.stored_verdicts FINAL
WHERE error = '';

CREATE OR REPLACE VIEW {{database}}.commands AS
SELECT * EXCEPT (undecoded, error, raw)
FROM {{database}}.stored_commands FINAL
WHERE error = '';

CREATE OR REPLACE VIEW {{database}}.training_progress AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_training_progress FINAL
WHERE error = '';

-- The newest spec of each model; older ones stay in stored_model_specs.
CREATE OR REPLACE VIEW {{database}}.model_specs AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_model_specs
WHERE error = ''
ORDER BY model, kafka_timestamp DESC, kafka_offset DESC
LIMIT 1 BY model;

CREATE OR REPLACE VIEW {{database}}.model_events AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_model_events FINAL
WHERE error = '';

CREATE OR REPLACE VIEW {{database}}.dead_letters AS
SELECT * EXCEPT (undecoded, error, raw)
FROM {{database}}.stored_dead_letters FINAL
WHERE error = '';

-- Messages that ClickHouse could not decode, with their bytes. Their key columns are empty, so they lie at the front of
-- every table and are found at once.
CREATE OR REPLACE VIEW {{database}}.malformed AS
SELECT topic, kafka_partition, kafka_offset, kafka_timestamp, error, raw
FROM
(
  SELECT 'inference.requests' AS topic, kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_requests FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'inference.predictions', kafka_partition, arrayMin(kafka_offsets), kafka_timestamp, error, raw
  FROM {{database}}.stored_predictions FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'inference.labels', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_labels FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'drift.signals', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_signals FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'drift.verdicts', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_verdicts FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'retrain.commands', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_commands FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'training.progress', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_training_progress FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'model.specs', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_model_specs FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'model.events', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_model_events FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'dead.letters', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_dead_letters FINAL WHERE topic = '' AND error != ''
);
