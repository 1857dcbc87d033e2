-- A label of a regression counts where a float32 holds it, as everywhere else: what is trained on and what performance is told of are the same rows.
CREATE OR REPLACE VIEW {{database}}.truths AS
SELECT
  told.model AS model,
  told.request_id AS request_id,
  argMin(told.label, told.kafka_offset) AS label,
  argMin(told.event_time, told.kafka_offset) AS event_time,
  argMin(told.kafka_timestamp, told.kafka_offset) AS kafka_timestamp
FROM {{database}}.labels AS told
LEFT ANY JOIN (SELECT model, classes FROM {{database}}.model_specs) AS spec ON spec.model = told.model
WHERE isFinite(toFloat32(told.label))
  AND (spec.classes = 0 OR (told.label >= 0 AND told.label < spec.classes AND told.label = floor(told.label)))
GROUP BY model, request_id;
