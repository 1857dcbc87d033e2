-- Fields of a record of drift.verdicts.
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
commandId Nullable(String),
causes Array(Tuple(kind String, columns Array(String), weight Float64, share Float64, segment String, text String, advice String));

-- Columns of stored_verdicts.
SELECT
  model,
  sequence,
  version,
  windowStart AS window_start,
  windowEnd AS window_end,
  state,
  likelihood,
  confirmedByLabels AS confirmed_by_labels,
  arrayMap(e -> (e.signal, e.detector, e.feature, e.windowStart, e.weight, e.text), source.evidence) AS evidence,
  changePoint AS change_point,
  changePointFrom AS change_point_from,
  changePointTo AS change_point_to,
  action,
  commandId AS command_id,
  arrayMap(c -> (c.kind, c.columns, c.weight, c.share, c.segment, c.text, c.advice), source.causes) AS causes,
  {{position}},
  {{undecoded}}
FROM {{source}} AS source;
