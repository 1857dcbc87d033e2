-- Answers of several outputs, and labels of several targets. The rules are those of packages/spec; a test asks both for the same cases.

ALTER TABLE {{database}}.stored_labels
  ADD COLUMN IF NOT EXISTS label_values Array(Float64) AFTER label_name,
  ADD COLUMN IF NOT EXISTS label_names Array(String) AFTER label_values;

-- outputs: numbers of an answer that are no class probabilities and not one value, with their role and the place of their target, from 1.
-- targets: what labels tell the truth about, where there are outputs.
ALTER TABLE {{database}}.stored_model_specs
  ADD COLUMN IF NOT EXISTS outputs Array(Tuple(name String, role String, target UInt32, quantile Float64)) AFTER class_numbers,
  ADD COLUMN IF NOT EXISTS targets Array(String) AFTER outputs;

CREATE OR REPLACE VIEW {{database}}.model_specs AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_model_specs
WHERE error = ''
ORDER BY model, kafka_timestamp DESC, kafka_offset DESC
LIMIT 1 BY model;

-- label, label_name, label_values and label_names as they were told: see truths for what they mean.
CREATE OR REPLACE VIEW {{database}}.labels AS
SELECT model, event_time, request_id, label, label_name, label_values, label_names, kafka_partition, kafka_offset, kafka_timestamp
FROM {{database}}.stored_labels FINAL
WHERE error = '';

-- The label that counts for each request: the first one that tells each target's truth: a class of the model, by its index or its name, a
-- number that a float32 holds, or whether each label of a multilabel model applies. label is the first target's. Labels of a request share a
-- partition, so the smallest offset is the first.
CREATE OR REPLACE VIEW {{database}}.truths AS
SELECT
  told.model AS model,
  told.request_id AS request_id,
  argMin(told.meant, told.kafka_offset)[1] AS label,
  argMin(told.event_time, told.kafka_offset) AS event_time,
  argMin(told.kafka_timestamp, told.kafka_offset) AS kafka_timestamp,
  argMin(told.meant, told.kafka_offset) AS labels
FROM
(
  SELECT
    label.model AS model, label.request_id AS request_id, label.event_time AS event_time, label.kafka_offset AS kafka_offset, label.kafka_timestamp AS kafka_timestamp,
    multiIf(
      label.label_name IS NOT NULL, if(has(spec.class_names, ifNull(label.label_name, '')), indexOf(spec.class_names, ifNull(label.label_name, '')) - 1., nan),
      notEmpty(spec.class_numbers), if(has(spec.class_numbers, label.label), indexOf(spec.class_numbers, label.label) - 1., nan),
      label.label) AS meant_alone,
    multiIf(
      length(spec.targets) > 1 AND notEmpty(label.label_names),
        if(spec.task = 'multilabel' AND hasAll(spec.targets, label.label_names), arrayMap(target -> toFloat64(has(label.label_names, target)), spec.targets), []),
      length(spec.targets) > 1,
        if(length(label.label_values) = length(spec.targets) AND arrayAll(value -> if(spec.task = 'multilabel', value = 0 OR value = 1, isFinite(toFloat32(value))), label.label_values), label.label_values, []),
      notEmpty(label.label_values) OR notEmpty(label.label_names), [],
      isFinite(toFloat32(meant_alone)) AND (spec.classes = 0 OR (meant_alone >= 0 AND meant_alone < spec.classes AND meant_alone = floor(meant_alone))), [meant_alone],
      []) AS meant
  FROM {{database}}.labels AS label
  LEFT ANY JOIN (SELECT model, task, classes, class_names, class_numbers, targets FROM {{database}}.model_specs) AS spec ON spec.model = label.model
) AS told
WHERE notEmpty(told.meant)
GROUP BY model, request_id;

-- Every answer with its label, where it has come; by name where the spec has names. outputs and labels are all numbers of both, predicted and
-- label the first.
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
  truth.labels AS labels
FROM {{database}}.predictions AS answer
LEFT ANY JOIN
(
  SELECT model, request_id, toNullable(label) AS label, toNullable(event_time) AS event_time, toNullable(kafka_timestamp) AS kafka_timestamp, labels
  FROM {{database}}.truths
) AS truth ON truth.model = answer.model AND truth.request_id = answer.request_id
LEFT ANY JOIN (SELECT model, class_names FROM {{database}}.model_specs) AS spec ON spec.model = answer.model;

-- How good each version was in each window of the prediction signal. estimated_accuracy needs no labels (CBPE),
-- provisional_accuracy is over the labels that have come so far, realised_accuracy is the same figure once at least 95 %
-- of the window's answers have their label. For a regression accuracies are null and the errors are filled instead. Of several
-- outputs and of rankings all of them are null: see output_performance and ranking_performance.
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
  if(served.role = 'shadow' OR spec.task IN ('regression', 'multilabel', 'ranking'), NULL, estimate.accuracy) AS estimated_accuracy,
  if(spec.task IN ('regression', 'multilabel', 'ranking'), NULL, served.hit_rate) AS provisional_accuracy,
  if(label_coverage >= 0.95, provisional_accuracy, NULL) AS realised_accuracy,
  if(spec.task = 'regression' AND empty(spec.outputs), served.absolute_error, NULL) AS mean_absolute_error,
  if(spec.task = 'regression' AND empty(spec.outputs), sqrt(served.squared_error), NULL) AS root_mean_squared_error
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
LEFT JOIN (SELECT model, task, outputs FROM {{database}}.model_specs) AS spec ON spec.model = served.model;

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
  if(spec.task IN ('regression', 'multilabel', 'ranking'), NULL, served.hit_rate) AS provisional_accuracy,
  if(label_coverage >= 0.95, provisional_accuracy, NULL) AS realised_accuracy,
  if(spec.task = 'regression' AND empty(spec.outputs), served.absolute_error, NULL) AS mean_absolute_error,
  if(spec.task = 'regression' AND empty(spec.outputs), sqrt(served.squared_error), NULL) AS root_mean_squared_error
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
LEFT JOIN (SELECT model, task, outputs FROM {{database}}.model_specs) AS spec ON spec.model = served.model;

-- Every number of an answer of several outputs with the truth of its target, where it has come. error is the squared error of a value, 0 or 1
-- for a label, the pinball loss of a quantile.
CREATE OR REPLACE VIEW {{database}}.output_answers AS
SELECT
  model, request_id, version, role, event_time,
  output.name AS output,
  output.role AS output_role,
  target_names[output.target] AS target,
  output.quantile AS quantile,
  answered,
  if(empty(labels), NULL, labels[output.target]) AS label,
  multiIf(
    label IS NULL, NULL,
    output_role = 'label', toFloat64((answered >= 0.5) != (label >= 0.5)),
    output_role = 'quantile', if(toFloat32(label) >= answered, quantile * (toFloat32(label) - answered), (quantile - 1) * (toFloat32(label) - answered)),
    pow(toFloat32(label) - answered, 2)) AS error
FROM
(
  SELECT
    answer.model AS model, answer.request_id AS request_id, answer.version AS version, answer.role AS role, answer.event_time AS event_time,
    answer.labels AS labels, spec.targets AS target_names,
    arrayZip(spec.outputs, arrayMap(value -> toFloat64(value), arrayResize(answer.outputs, length(spec.outputs), nan))) AS numbers
  FROM {{database}}.answers AS answer
  INNER JOIN (SELECT model, outputs, targets FROM {{database}}.model_specs WHERE notEmpty(outputs)) AS spec ON spec.model = answer.model
)
ARRAY JOIN numbers.1 AS output, numbers.2 AS answered;

-- How good each output of each version was in each window of the prediction signal, over the labels that have come so far. What does not
-- fit an output's role is null: errors are of values, accuracy, precision and recall of labels, pinball_loss and coverage (the share of labels
-- at or below, which is to be the quantile) of quantiles.
CREATE OR REPLACE VIEW {{database}}.output_performance AS
SELECT
  number.model AS model,
  bounds.window_start AS window_start,
  bounds.window_end AS window_end,
  number.version AS version,
  number.role AS role,
  number.output AS output,
  number.output_role AS output_role,
  number.target AS target,
  number.quantile AS quantile,
  count() AS answers,
  count(number.label) AS labelled,
  labelled / answers AS label_coverage,
  if(output_role = 'value', avg(abs(toFloat32(number.label) - number.answered)), NULL) AS mean_absolute_error,
  if(output_role = 'value', sqrt(avg(number.error)), NULL) AS root_mean_squared_error,
  if(output_role = 'label', 1 - avg(number.error), NULL) AS accuracy,
  if(output_role = 'label', countIf(number.answered >= 0.5 AND number.label = 1) / nullIf(countIf(number.answered >= 0.5 AND number.label IS NOT NULL), 0), NULL) AS precision,
  if(output_role = 'label', countIf(number.answered >= 0.5 AND number.label = 1) / nullIf(countIf(number.label = 1), 0), NULL) AS recall,
  if(output_role = 'quantile', avg(number.error), NULL) AS pinball_loss,
  if(output_role = 'quantile', avg(toFloat32(number.label) <= number.answered), NULL) AS coverage
FROM {{database}}.output_answers AS number
ASOF INNER JOIN
(
  SELECT model, window_start, max(window_end) AS window_end
  FROM {{database}}.signals
  WHERE signal = 'prediction'
  GROUP BY model, window_start
) AS bounds ON bounds.model = number.model AND bounds.window_start <= number.event_time
WHERE number.event_time < bounds.window_end AND number.output_role != 'score'
GROUP BY model, window_start, window_end, version, role, output, output_role, target, quantile;

-- How well each version ranked in each window of the prediction signal, by queries: the requests whose ids are alike before their last slash,
-- as those of one call with several rows are. ndcg is the mean normalised discounted cumulative gain over all labelled items of a query, with
-- the gain 2^label - 1; queries of one item or without a label above 0 have none and are left out.
CREATE OR REPLACE VIEW {{database}}.ranking_performance AS
SELECT
  ranked.model AS model,
  bounds.window_start AS window_start,
  bounds.window_end AS window_end,
  ranked.version AS version,
  ranked.role AS role,
  count() AS queries,
  sum(ranked.items) AS items,
  avg(ranked.gain / ranked.ideal) AS ndcg
FROM
(
  SELECT
    answer.model AS model, answer.version AS version, answer.role AS role,
    substring(answer.request_id, 1, length(answer.request_id) - position(reverse(answer.request_id), '/')) AS query,
    min(answer.event_time) AS event_time,
    count() AS items,
    groupArray((answer.predicted, exp2(greatest(ifNull(answer.label, 0), 0)) - 1)) AS pairs,
    arraySum((pair, place) -> pair.2 / log2(place + 1), arraySort(pair -> (-pair.1, pair.2), pairs), arrayEnumerate(pairs)) AS gain,
    arraySum((pair, place) -> pair.2 / log2(place + 1), arrayReverseSort(pair -> pair.2, pairs), arrayEnumerate(pairs)) AS ideal
  FROM {{database}}.answers AS answer
  INNER JOIN (SELECT model FROM {{database}}.model_specs WHERE task = 'ranking') AS spec ON spec.model = answer.model
  WHERE answer.label IS NOT NULL
  GROUP BY model, version, role, query
) AS ranked
ASOF INNER JOIN
(
  SELECT model, window_start, max(window_end) AS window_end
  FROM {{database}}.signals
  WHERE signal = 'prediction'
  GROUP BY model, window_start
) AS bounds ON bounds.model = ranked.model AND bounds.window_start <= ranked.event_time
WHERE ranked.event_time < bounds.window_end AND ranked.ideal > 0 AND ranked.items > 1
GROUP BY model, window_start, window_end, version, role;
