-- What a user asks: did it drift, how good is it, how late are the labels, what happened to the model.

-- The label that counts for each request: the first one that is a class of the model, or a finite number. Labels of a
-- request share a partition, so the smallest offset is the first.
CREATE OR REPLACE VIEW {{database}}.truths AS
SELECT
  told.model AS model,
  told.request_id AS request_id,
  argMin(told.label, told.kafka_offset) AS label,
  argMin(told.event_time, told.kafka_offset) AS event_time,
  argMin(told.kafka_timestamp, told.kafka_offset) AS kafka_timestamp
FROM {{database}}.labels AS told
LEFT ANY JOIN (SELECT model, classes FROM {{database}}.model_specs) AS spec ON spec.model = told.model
WHERE isFinite(told.label)
  AND (spec.classes = 0 OR (told.label >= 0 AND told.label < spec.classes AND told.label = floor(told.label)))
GROUP BY model, request_id;

-- Every answer with its label, where it has come.
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
  truth.kafka_timestamp AS labelled_at
FROM {{database}}.predictions AS answer
LEFT ANY JOIN
(
  SELECT model, request_id, toNullable(label) AS label, toNullable(event_time) AS event_time, toNullable(kafka_timestamp) AS kafka_timestamp
  FROM {{database}}.truths
) AS truth ON truth.model = answer.model AND truth.request_id = answer.request_id;

-- One row per window, version and tested signals: the strongest evidence of each signal and the verdict that followed.
CREATE OR REPLACE VIEW {{database}}.drift_history AS
SELECT
  tested.model AS model,
  tested.window_start AS window_start,
  tested.window_end AS window_end,
  tested.version AS version,
  tested.rows AS rows,
  tested.late AS late,
  tested.data_severity AS data_severity,
  tested.prediction_severity AS prediction_severity,
  tested.concept_severity AS concept_severity,
  tested.drifted_detectors AS drifted_detectors,
  tested.leading_detector AS leading_detector,
  tested.leading_feature AS leading_feature,
  judged.state AS state,
  judged.likelihood AS likelihood,
  judged.confirmed_by_labels AS confirmed_by_labels,
  judged.change_point AS change_point,
  judged.evidence AS evidence,
  judged.action AS action,
  judged.command_id AS command_id
FROM
(
  SELECT
    model, window_start, window_end, version,
    max(n) AS rows,
    max(late) AS late,
    maxIf(toNullable(severity), signal = 'data') AS data_severity,
    maxIf(toNullable(severity), signal = 'prediction') AS prediction_severity,
    maxIf(toNullable(severity), signal = 'concept') AS concept_severity,
    arraySort(groupUniqArrayIf(concat(signal, '/', detector, if(feature = '', '', concat('/', feature))), drifted)) AS drifted_detectors,
    argMax(detector, (severity, signal, detector, feature)) AS leading_detector,
    argMax(feature, (severity, signal, detector, feature)) AS leading_feature
  FROM {{database}}.signals
  GROUP BY model, window_start, window_end, version
) AS tested
LEFT JOIN
(
  SELECT
    model, window_start, window_end, version,
    toNullable(state) AS state,
    toNullable(likelihood) AS likelihood,
    toNullable(confirmed_by_labels) AS confirmed_by_labels,
    change_point,
    evidence,
    toNullable(action) AS action,
    command_id
  FROM {{database}}.verdicts
  ORDER BY sequence DESC
  LIMIT 1 BY model, window_start, window_end, version
) AS judged
ON judged.model = tested.model AND judged.window_start = tested.window_start AND judged.window_end = tested.window_end
  AND judged.version = tested.version;

-- How good each version was in each window of the prediction signal. estimated_accuracy needs no labels (CBPE),
-- provisional_accuracy is over the labels that have come so far, realised_accuracy is the same figure once at least 95 %
-- of the window's answers have their label. For a regression accuracies are null and the errors are filled instead.
CREATE OR REPLACE VIEW {{database}}.performance AS
SELECT
  served.model AS model,
  served.window_start AS window_start,
  served.window_end AS window_end,
  served.version AS version,
  served.role AS role,
  served.answers AS answers,
  served.labelled AS labelled,
  served.labelled / served.answers AS label_coverage,
  if(served.role = 'shadow' OR spec.task = 'regression', NULL, estimate.accuracy) AS estimated_accuracy,
  if(spec.task = 'regression', NULL, served.hit_rate) AS provisional_accuracy,
  if(label_coverage >= 0.95, provisional_accuracy, NULL) AS realised_accuracy,
  if(spec.task = 'regression', served.absolute_error, NULL) AS mean_absolute_error,
  if(spec.task = 'regression', sqrt(served.squared_error), NULL) AS root_mean_squared_error
FROM
(
  SELECT
    answer.model AS model,
    bounds.window_start AS window_start,
    bounds.window_end AS window_end,
    answer.version AS version,
    answer.role AS role,
    count() AS answers,
    count(answer.label) AS labelled,
    avg(answer.predicted = answer.label) AS hit_rate,
    avg(abs(answer.predicted - answer.label)) AS absolute_error,
    avg(pow(answer.predicted - answer.label, 2)) AS squared_error
  FROM {{database}}.answers AS answer
  ASOF INNER JOIN
  (
    SELECT model, window_start, max(window_end) AS window_end
    FROM {{database}}.signals
    WHERE signal = 'prediction'
    GROUP BY model, window_start
  ) AS bounds ON bounds.model = answer.model AND bounds.window_start <= answer.event_time
  WHERE answer.event_time < bounds.window_end
  GROUP BY model, window_start, window_end, version, role
) AS served
LEFT JOIN
(
  SELECT model, window_start, version, toNullable(any(statistic)) AS accuracy
  FROM {{database}}.signals
  WHERE signal = 'prediction' AND detector = 'cbpe' AND feature = ''
  GROUP BY model, window_start, version
) AS estimate
ON estimate.model = served.model AND estimate.window_start = served.window_start AND estimate.version = served.version
LEFT JOIN (SELECT model, task FROM {{database}}.model_specs) AS spec ON spec.model = served.model;

-- The same by windows of any length: SELECT * FROM performance_by(window_ms = 86400000).
CREATE OR REPLACE VIEW {{database}}.performance_by AS
SELECT
  served.model AS model,
  fromUnixTimestamp64Milli(served.slot * {window_ms:Int64}, 'UTC') AS window_start,
  fromUnixTimestamp64Milli((served.slot + 1) * {window_ms:Int64}, 'UTC') AS window_end,
  served.version AS version,
  served.role AS role,
  served.answers AS answers,
  served.labelled AS labelled,
  served.labelled / served.answers AS label_coverage,
  if(spec.task = 'regression', NULL, served.hit_rate) AS provisional_accuracy,
  if(label_coverage >= 0.95, provisional_accuracy, NULL) AS realised_accuracy,
  if(spec.task = 'regression', served.absolute_error, NULL) AS mean_absolute_error,
  if(spec.task = 'regression', sqrt(served.squared_error), NULL) AS root_mean_squared_error
FROM
(
  SELECT
    answer.model AS model,
    intDiv(toUnixTimestamp64Milli(answer.event_time), {window_ms:Int64}) AS slot,
    answer.version AS version,
    answer.role AS role,
    count() AS answers,
    count(answer.label) AS labelled,
    avg(answer.predicted = answer.label) AS hit_rate,
    avg(abs(answer.predicted - answer.label)) AS absolute_error,
    avg(pow(answer.predicted - answer.label, 2)) AS squared_error
  FROM {{database}}.answers AS answer
  GROUP BY model, slot, version, role
) AS served
LEFT JOIN (SELECT model, task FROM {{database}}.model_specs) AS spec ON spec.model = served.model;

-- How late labels are, by model and day of their arrival: in event time (what detectors wait for) and by the wall clock.
CREATE OR REPLACE VIEW {{database}}.label_lag AS
SELECT
  truth.model AS model,
  toDate(truth.kafka_timestamp) AS day,
  count() AS labels,
  countIf(NOT asked.known) AS unmatched,
  count() - uniqExact(truth.request_id) AS repeated,
  quantilesExactIf(0.5, 0.9, 0.99, 1)(toUnixTimestamp64Milli(truth.event_time) - toUnixTimestamp64Milli(asked.event_time), asked.known) AS event_lags,
  quantilesExactIf(0.5, 0.9, 0.99, 1)(toUnixTimestamp64Milli(truth.kafka_timestamp) - toUnixTimestamp64Milli(asked.kafka_timestamp), asked.known) AS wall_lags,
  event_lags[1] AS event_lag_p50_ms,
  event_lags[2] AS event_lag_p90_ms,
  event_lags[3] AS event_lag_p99_ms,
  event_lags[4] AS event_lag_max_ms,
  wall_lags[1] AS wall_lag_p50_ms,
  wall_lags[2] AS wall_lag_p90_ms,
  wall_lags[3] AS wall_lag_p99_ms,
  wall_lags[4] AS wall_lag_max_ms
FROM {{database}}.labels AS truth
LEFT ANY JOIN (SELECT model, request_id, event_time, kafka_timestamp, true AS known FROM {{database}}.requests) AS asked
ON asked.model = truth.model AND asked.request_id = truth.request_id
GROUP BY model, day;

-- The life of every version, in order, with the version that was live after each step.
CREATE OR REPLACE VIEW {{database}}.model_history AS
SELECT
  model, version, kind, at, event_time,
  anyLast(multiIf(kind = 'published', toNullable(version), kind = 'rolledBack', restored_version, NULL)) OVER steps AS live_version,
  restored_version, parent_version, command_id, metrics, reasons, actor, artifact, sha256, kafka_offset
FROM {{database}}.model_events
WINDOW steps AS (PARTITION BY model ORDER BY kafka_offset ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
ORDER BY model, kafka_offset;

-- Accuracy as labels come in: over all labels so far and over the last 1,000. series is what was served (live and
-- canary together) or one shadow version.
CREATE OR REPLACE VIEW {{database}}.prequential AS
SELECT
  model,
  if(role = 'shadow', concat('shadow ', toString(version)), 'served') AS series,
  event_time,
  label_event_time,
  request_id,
  version,
  predicted = label AS correct,
  count() OVER (PARTITION BY model, series ORDER BY label_event_time, event_time, request_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS labelled,
  avg(correct) OVER (PARTITION BY model, series ORDER BY label_event_time, event_time, request_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS accuracy,
  avg(correct) OVER (PARTITION BY model, series ORDER BY label_event_time, event_time, request_id ROWS BETWEEN 999 PRECEDING AND CURRENT ROW) AS recent_accuracy
FROM {{database}}.answers
WHERE label IS NOT NULL;
