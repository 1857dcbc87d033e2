-- Columns, categories and classes by name, and whether a person decides about candidates. The rule is that of packages/spec; a test asks both for the same cases.

ALTER TABLE {{database}}.stored_requests
  ADD COLUMN IF NOT EXISTS numbers Map(LowCardinality(String), Float64) AFTER features,
  ADD COLUMN IF NOT EXISTS texts Map(LowCardinality(String), String) AFTER numbers;

ALTER TABLE {{database}}.stored_labels
  ADD COLUMN IF NOT EXISTS label_name LowCardinality(Nullable(String)) AFTER label;

-- class_numbers: where all names of classes are numbers, these. categories: per feature, empty where it has none.
ALTER TABLE {{database}}.stored_model_specs
  ADD COLUMN IF NOT EXISTS class_names Array(String) AFTER classes,
  ADD COLUMN IF NOT EXISTS class_numbers Array(Float64) AFTER class_names,
  ADD COLUMN IF NOT EXISTS categories Array(Array(String)) AFTER features,
  ADD COLUMN IF NOT EXISTS rollout_needs_approval Bool AFTER rollout_shadow_versions;

CREATE OR REPLACE VIEW {{database}}.model_specs AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_model_specs
WHERE error = ''
ORDER BY model, kafka_timestamp DESC, kafka_offset DESC
LIMIT 1 BY model;

CREATE OR REPLACE VIEW {{database}}.requests AS
SELECT model, event_time, request_id, features, numbers, texts, kafka_partition, kafka_offset, kafka_timestamp
FROM {{database}}.stored_requests FINAL
WHERE error = '';

-- label as it was told: see truths for the class that it means.
CREATE OR REPLACE VIEW {{database}}.labels AS
SELECT model, event_time, request_id, label, label_name, kafka_partition, kafka_offset, kafka_timestamp
FROM {{database}}.stored_labels FINAL
WHERE error = '';

-- The label that counts for each request: the first one that is a class of the model, by its index or its name, or a number that a float32
-- holds. Labels of a request share a partition, so the smallest offset is the first.
CREATE OR REPLACE VIEW {{database}}.truths AS
SELECT
  told.model AS model,
  told.request_id AS request_id,
  argMin(told.meant, told.kafka_offset) AS label,
  argMin(told.event_time, told.kafka_offset) AS event_time,
  argMin(told.kafka_timestamp, told.kafka_offset) AS kafka_timestamp
FROM
(
  SELECT
    label.model AS model, label.request_id AS request_id, label.event_time AS event_time, label.kafka_offset AS kafka_offset, label.kafka_timestamp AS kafka_timestamp,
    spec.classes AS classes,
    multiIf(
      label.label_name IS NOT NULL, if(has(spec.class_names, ifNull(label.label_name, '')), indexOf(spec.class_names, ifNull(label.label_name, '')) - 1., nan),
      notEmpty(spec.class_numbers), if(has(spec.class_numbers, label.label), indexOf(spec.class_numbers, label.label) - 1., nan),
      label.label) AS meant
  FROM {{database}}.labels AS label
  LEFT ANY JOIN (SELECT model, classes, class_names, class_numbers FROM {{database}}.model_specs) AS spec ON spec.model = label.model
) AS told
WHERE isFinite(toFloat32(told.meant))
  AND (told.classes = 0 OR (told.meant >= 0 AND told.meant < told.classes AND told.meant = floor(told.meant)))
GROUP BY model, request_id;

-- Every answer with its label, where it has come; by name where the spec has names.
CREATE OR REPLACE VIEW {{database}}.answers AS
SELECT
  answer.model AS model,
  answer.request_id AS request_id,
  answer.version AS version,
  answer.role AS role,
  answer.event_time AS event_time,
  answer.predicted AS predicted,
  arrayMax(answer.outputs) AS confidence,
  answer.kafka_timestamp AS answered_at,
  truth.label AS label,
  truth.event_time AS label_event_time,
  truth.kafka_timestamp AS labelled_at,
  if(answer.predicted >= 0 AND answer.predicted < length(spec.class_names), spec.class_names[toUInt32(answer.predicted) + 1], '') AS predicted_name,
  if(ifNull(truth.label, -1.) >= 0 AND ifNull(truth.label, -1.) < length(spec.class_names), spec.class_names[toUInt32(ifNull(truth.label, 0.)) + 1], '') AS label_name
FROM {{database}}.predictions AS answer
LEFT ANY JOIN
(
  SELECT model, request_id, toNullable(label) AS label, toNullable(event_time) AS event_time, toNullable(kafka_timestamp) AS kafka_timestamp
  FROM {{database}}.truths
) AS truth ON truth.model = answer.model AND truth.request_id = answer.request_id
LEFT ANY JOIN (SELECT model, class_names FROM {{database}}.model_specs) AS spec ON spec.model = answer.model;
