CREATE TABLE {{database}}.queue_verdicts
(
  model String,
  version Int32,
  windowStart DateTime64(3, 'UTC'),
  windowEnd DateTime64(3, 'UTC'),
  sequence Int64,
  state String,
  likelihood Float64,
  confirmedByLabels Bool,
  evidence Array(Tuple(signal String, detector String, feature String, windowStart DateTime64(3, 'UTC'), weight Float64, text String)),
  changePoint Nullable(DateTime64(3, 'UTC')),
  changePointFrom Nullable(DateTime64(3, 'UTC')),
  changePointTo Nullable(DateTime64(3, 'UTC')),
  action String,
  commandId Nullable(String)
)
ENGINE = Kafka
SETTINGS {{kafka}};

CREATE MATERIALIZED VIEW {{database}}.ingest_verdicts TO {{database}}.stored_verdicts AS
SELECT
  model,
  sequence,
  version,
  windowStart AS window_start,
  windowEnd AS window_end,
  state,
  likelihood,
  confirmedByLabels AS confirmed_by_labels,
  arrayMap(e -> (e.signal, e.detector, e.feature, e.windowStart, e.weight, e.text), queue.evidence) AS evidence,
  changePoint AS change_point,
  changePointFrom AS change_point_from,
  changePointTo AS change_point_to,
  action,
  commandId AS command_id,
  {{position}},
  {{undecoded}}
FROM {{database}}.queue_verdicts AS queue;
