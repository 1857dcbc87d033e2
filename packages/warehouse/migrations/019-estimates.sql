-- What answers say is to be expected of the truth, bounds of what signals estimate, and how good each version is by both, with the labels that have come.

ALTER TABLE {{database}}.stored_predictions
  ADD COLUMN IF NOT EXISTS expected SimpleAggregateFunction(any, Array(Float32)) AFTER predicted;

ALTER TABLE {{database}}.stored_signals
  ADD COLUMN IF NOT EXISTS lower Nullable(Float64) AFTER expected,
  ADD COLUMN IF NOT EXISTS upper Nullable(Float64) AFTER lower;

ALTER TABLE {{database}}.stored_model_specs
  ADD COLUMN IF NOT EXISTS drift_limits Array(Tuple(metric String, value Float64)) AFTER drift_detectors;

CREATE OR REPLACE VIEW {{database}}.model_specs AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_model_specs
WHERE error = ''
ORDER BY model, kafka_timestamp DESC, kafka_offset DESC
LIMIT 1 BY model;

CREATE OR REPLACE VIEW {{database}}.predictions AS
SELECT model, event_time, request_id, version, role, predicted, outputs, expected, served_at, request_partition, request_offset, request_time,
  kafka_partition, arrayMin(kafka_offsets) AS kafka_offset, kafka_timestamp, length(kafka_offsets) AS messages
FROM {{database}}.stored_predictions FINAL
WHERE error = '';

CREATE OR REPLACE VIEW {{database}}.signals AS
SELECT * EXCEPT (undecoded, error, raw)
FROM {{database}}.stored_signals FINAL
WHERE error = '';

-- Every answer with its label, where it has come; by name where the spec has names. outputs and labels are all numbers of both, predicted and
-- label the first. expected: see the field of inference.predictions.
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
  if(ifNull(truth.label, -1.) >= 0 AND ifNull(truth.label, -1.) < length(spec.class_names), spec.class_names[toUInt32(ifNull(truth.label, 0.)) + 1], '') AS label_name,
  answer.outputs AS outputs,
  truth.labels AS labels,
  answer.expected AS expected
FROM {{database}}.predictions AS answer
LEFT ANY JOIN
(
  SELECT model, request_id, toNullable(label) AS label, toNullable(event_time) AS event_time, toNullable(kafka_timestamp) AS kafka_timestamp, labels
  FROM {{database}}.truths
) AS truth ON truth.model = answer.model AND truth.request_id = answer.request_id
LEFT ANY JOIN (SELECT model, class_names FROM {{database}}.model_specs) AS spec ON spec.model = answer.model;

-- How good each version was in each window of the prediction signal. estimated_accuracy, estimated_mean_absolute_error and the map estimates
-- (metric to value) need no labels; estimated_lower and estimated_upper are the 95 % bounds of the first two.
-- provisional_accuracy is over the labels that have come so far, realised_accuracy is the same figure once at least 95 % of the window's answers
-- have their label. accuracy is the best that is known now, with its 95 % bounds: labels where they have come, for other answers what is to be
-- expected of them, put right by what labels of the version have shown of that up to the window (as packages/estimates' biasBound, at every row).
-- limit_metric and limit_value are that of the spec's limits that most likely was missed, limit_missed_likelihood how likely that is by the estimate.
-- For a regression accuracies are null and the errors are filled instead. Of several outputs and of rankings all of them are null: see
-- output_performance and ranking_performance.
CREATE OR REPLACE VIEW {{database}}.performance AS
SELECT * EXCEPT (unlabelled, has_expectations, bias, bias_bound, corrected_accuracy, corrected_half_width, is_corrected, unlabelled_before, chance_bounds,
  running_half_width)
FROM
(
  SELECT
    served.model AS model,
    served.window_start AS window_start,
    served.window_end AS window_end,
    served.version AS version,
    served.role AS role,
    served.answers AS answers,
    served.labelled AS labelled,
    served.labelled / served.answers AS label_coverage,
    if(served.role = 'shadow' OR spec.task IN ('regression', 'multilabel', 'ranking'), NULL, estimate.accuracy) AS estimated_accuracy,
    if(spec.task IN ('regression', 'multilabel', 'ranking'), NULL, served.hit_rate) AS provisional_accuracy,
    if(label_coverage >= 0.95, provisional_accuracy, NULL) AS realised_accuracy,
    if(spec.task = 'regression' AND empty(spec.outputs), served.absolute_error, NULL) AS mean_absolute_error,
    if(spec.task = 'regression' AND empty(spec.outputs), sqrt(served.squared_error), NULL) AS root_mean_squared_error,
    if(served.role = 'shadow', NULL, estimate.mae) AS estimated_mean_absolute_error,
    if(served.role = 'shadow', NULL, estimate.lower) AS estimated_lower,
    if(served.role = 'shadow', NULL, estimate.upper) AS estimated_upper,
    if(served.role = 'shadow', CAST(map(), 'Map(String, Float64)'), estimate.metrics) AS estimates,
    served.answers - served.labelled AS unlabelled,
    served.known_expectations = unlabelled AS has_expectations,
    if(served.labelled_before = 0, NULL, served.residual_sum / served.labelled_before) AS bias,
    if(served.labelled_before = 0, NULL,
      arrayMin(rate -> ((-log1p(-rate) - rate) * served.residual_squares + log(2 * 14 / 0.025)) / (rate * served.labelled_before),
        arrayMap(k -> pow(2, -k), range(1, 15)))) AS bias_bound,
    multiIf(
      spec.task IN ('regression', 'multilabel', 'ranking'), NULL,
      unlabelled = 0, served.hits / served.answers,
      has_expectations AND bias IS NOT NULL, least(1, greatest(0, (served.hits + served.expected_hits + unlabelled * bias) / served.answers)),
      NULL) AS corrected_accuracy,
    if(unlabelled = 0, 0, (unlabelled * bias_bound + 2.2414 * sqrt(served.expected_variance)) / served.answers) AS corrected_half_width,
    -- Few labels say less than the reference did; then its bounds stand.
    corrected_accuracy IS NOT NULL AND (estimated_accuracy IS NULL OR estimated_lower IS NULL OR 2 * corrected_half_width <= estimated_upper - estimated_lower) AS is_corrected,
    if(is_corrected, corrected_accuracy, estimated_accuracy) AS accuracy,
    if(is_corrected, greatest(0, corrected_accuracy - corrected_half_width), if(estimated_accuracy IS NULL, NULL, estimated_lower)) AS accuracy_lower,
    if(is_corrected, least(1, corrected_accuracy + corrected_half_width), if(estimated_accuracy IS NULL, NULL, estimated_upper)) AS accuracy_upper,
    -- The same of all windows of the version up to this one, with bounds that hold at every row at once: runningAccuracy of packages/estimates.
    served.answers_before - served.labels_before AS unlabelled_before,
    arrayMap(variance -> arrayMin(rate -> ((exp(rate) - 1 - rate) * variance + log(2 * 14 / 0.05)) / rate, arrayMap(k -> pow(2, -k), range(0, 14))),
      [served.residual_squares + served.expected_variance_before, served.residual_squares]) AS chance_bounds,
    multiIf(
      spec.task IN ('regression', 'multilabel', 'ranking'), NULL,
      unlabelled_before = 0, served.hits_before / served.answers_before,
      served.expectations_before = unlabelled_before AND bias IS NOT NULL,
        least(1, greatest(0, (served.hits_before + served.expected_hits_before + unlabelled_before * bias) / served.answers_before)),
      NULL) AS running_accuracy,
    if(unlabelled_before = 0, 0, (chance_bounds[1] + (1 + unlabelled_before / served.labelled_before) * chance_bounds[2]) / served.answers_before) AS running_half_width,
    if(running_accuracy IS NULL, NULL, greatest(served.hits_before / served.answers_before, running_accuracy - running_half_width)) AS running_lower,
    if(running_accuracy IS NULL, NULL, least((served.hits_before + unlabelled_before) / served.answers_before, running_accuracy + running_half_width)) AS running_upper,
    if(served.role = 'shadow', '', ifNull(estimate.limit_metric, '')) AS limit_metric,
    if(served.role = 'shadow', NULL, estimate.limit_value) AS limit_value,
    if(served.role = 'shadow', NULL, estimate.limit_missed_likelihood) AS limit_missed_likelihood
  FROM
  (
    SELECT
      *,
      sum(answers) OVER up_to AS answers_before,
      sum(labelled) OVER up_to AS labels_before,
      sum(hits) OVER up_to AS hits_before,
      sum(known_expectations) OVER up_to AS expectations_before,
      sum(expected_hits) OVER up_to AS expected_hits_before,
      sum(expected_variance) OVER up_to AS expected_variance_before,
      sum(labelled_expectations) OVER up_to AS labelled_before,
      sum(window_residual_sum) OVER up_to AS residual_sum,
      sum(window_residual_squares) OVER up_to AS residual_squares
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
        countIf(answer.predicted = answer.label) AS hits,
        avg(abs(answer.predicted - answer.label)) AS absolute_error,
        avg(pow(answer.predicted - answer.label, 2)) AS squared_error,
        countIf(answer.label IS NULL AND answer.chance IS NOT NULL) AS known_expectations,
        sumIf(ifNull(answer.chance, 0), answer.label IS NULL) AS expected_hits,
        sumIf(ifNull(answer.chance * (1 - answer.chance), 0), answer.label IS NULL) AS expected_variance,
        countIf(answer.label IS NOT NULL AND answer.chance IS NOT NULL) AS labelled_expectations,
        sumIf(ifNull((answer.predicted = answer.label) - answer.chance, 0), answer.label IS NOT NULL) AS window_residual_sum,
        sumIf(ifNull(pow((answer.predicted = answer.label) - answer.chance, 2), 0), answer.label IS NOT NULL) AS window_residual_squares
      FROM
      (
        SELECT
          model, version, role, event_time, label, predicted,
          -- The chance that the answer is right.
          multiIf(
            length(expected) = 1, if(predicted = 1, toFloat64(expected[1]), 1 - toFloat64(expected[1])),
            length(expected) > 1 AND predicted >= 0 AND predicted < length(expected), toFloat64(expected[toUInt32(predicted) + 1]),
            NULL) AS chance
        FROM {{database}}.answers
      ) AS answer
      ASOF INNER JOIN
      (
        SELECT model, window_start, max(window_end) AS window_end
        FROM {{database}}.signals
        WHERE signal = 'prediction'
        GROUP BY model, window_start
      ) AS bounds ON bounds.model = answer.model AND bounds.window_start <= answer.event_time
      WHERE answer.event_time < bounds.window_end
      GROUP BY model, window_start, window_end, version, role
    )
    WINDOW up_to AS (PARTITION BY model, version, role ORDER BY window_start ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  ) AS served
  LEFT JOIN
  (
    SELECT
      model, window_start, version,
      coalesce(anyIf(toNullable(statistic), detector = 'estimates' AND feature = 'accuracy'), anyIf(toNullable(statistic), detector = 'cbpe')) AS accuracy,
      anyIf(toNullable(statistic), detector = 'estimates' AND feature = 'mae') AS mae,
      anyIf(lower, detector = 'estimates' AND feature IN ('accuracy', 'mae')) AS lower,
      anyIf(upper, detector = 'estimates' AND feature IN ('accuracy', 'mae')) AS upper,
      CAST((groupArrayIf(toString(feature), detector = 'estimates'), groupArrayIf(statistic, detector = 'estimates')), 'Map(String, Float64)') AS metrics,
      argMinIf(toString(feature), p_value, detector = 'limit') AS limit_metric,
      argMinIf(toNullable(threshold), p_value, detector = 'limit') AS limit_value,
      1 - minIf(p_value, detector = 'limit') AS limit_missed_likelihood
    FROM {{database}}.signals
    WHERE signal = 'prediction' AND (detector IN ('estimates', 'limit') OR (detector = 'cbpe' AND feature = ''))
    GROUP BY model, window_start, version
  ) AS estimate
  ON estimate.model = served.model AND estimate.window_start = served.window_start AND estimate.version = served.version
  LEFT JOIN (SELECT model, task, outputs FROM {{database}}.model_specs) AS spec ON spec.model = served.model
);
