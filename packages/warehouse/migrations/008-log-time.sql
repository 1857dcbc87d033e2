-- When the request of an answer came, by Kafka's clock: what places the answer in the log's time; 1970 for answers from before. And how many rows were left
-- out because their event times lay too far ahead of all others.

ALTER TABLE {{database}}.stored_predictions
  ADD COLUMN IF NOT EXISTS request_time SimpleAggregateFunction(max, DateTime64(3, 'UTC')) AFTER role;

ALTER TABLE {{database}}.stored_signals
  ADD COLUMN IF NOT EXISTS ahead UInt64 AFTER late;

ALTER TABLE {{database}}.stored_model_specs
  ADD COLUMN IF NOT EXISTS window_allowed_ahead_ms UInt64 AFTER window_min_samples,
  ADD COLUMN IF NOT EXISTS window_partition_idle_ms UInt64 AFTER window_allowed_ahead_ms;

CREATE OR REPLACE VIEW {{database}}.model_specs AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_model_specs
WHERE error = ''
ORDER BY model, kafka_timestamp DESC, kafka_offset DESC
LIMIT 1 BY model;

CREATE OR REPLACE VIEW {{database}}.predictions AS
SELECT model, event_time, request_id, version, role, predicted, outputs, served_at, request_partition, request_offset, request_time,
  kafka_partition, arrayMin(kafka_offsets) AS kafka_offset, kafka_timestamp, length(kafka_offsets) AS messages
FROM {{database}}.stored_predictions FINAL
WHERE error = '';

CREATE OR REPLACE VIEW {{database}}.signals AS
SELECT * EXCEPT (undecoded, error, raw)
FROM {{database}}.stored_signals FINAL
WHERE error = '';

-- Rows that no window holds, so far: those that came after their window had closed, and those whose event times lay too far ahead of all others.
CREATE OR REPLACE VIEW {{database}}.left_out AS
SELECT model, signal, max(window_end) AS up_to, max(late) AS late, max(ahead) AS ahead
FROM {{database}}.signals
GROUP BY model, signal;
