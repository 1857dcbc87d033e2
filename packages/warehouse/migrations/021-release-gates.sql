-- By how much versions on trial may be worse in operation.

ALTER TABLE {{database}}.stored_model_specs
  ADD COLUMN IF NOT EXISTS rollout_latency_margin Float64 DEFAULT 0.5 AFTER rollout_needs_approval,
  ADD COLUMN IF NOT EXISTS rollout_error_margin Float64 DEFAULT 0.01 AFTER rollout_latency_margin;

CREATE OR REPLACE VIEW {{database}}.model_specs AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_model_specs
WHERE error = ''
ORDER BY model, kafka_timestamp DESC, kafka_offset DESC
LIMIT 1 BY model;
