-- Alarms of the row watch: the interval in which a change lies, the budget that a spec gives it, and what came of budgets.

ALTER TABLE {{database}}.stored_signals
  ADD COLUMN IF NOT EXISTS change_point_from Nullable(DateTime64(3, 'UTC')) AFTER change_point,
  ADD COLUMN IF NOT EXISTS change_point_to Nullable(DateTime64(3, 'UTC')) AFTER change_point_from;

-- Specs from before have the row watch that a spec has which does not say.
ALTER TABLE {{database}}.stored_model_specs
  ADD COLUMN IF NOT EXISTS drift_expected_rows_between_false_alarms Float64 DEFAULT 50000 AFTER drift_detectors;

CREATE OR REPLACE VIEW {{database}}.signals AS
SELECT * EXCEPT (undecoded, error, raw)
FROM {{database}}.stored_signals FINAL
WHERE error = '';

CREATE OR REPLACE VIEW {{database}}.model_specs AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_model_specs
WHERE error = ''
ORDER BY model, kafka_timestamp DESC, kafka_offset DESC
LIMIT 1 BY model;

-- What a model's two false-alarm budgets promise, and what was spent of them. steps are windows, or labelled rows; a step in which
-- something had changed counts like any other, so alarms above allowed are no proof that a promise was broken. raised_by are detectors
-- with the features that they name, the most frequent first. The newest spec counts for all steps.
CREATE OR REPLACE VIEW {{database}}.alarm_budget AS
SELECT model, budget, promised, steps, if(promised > 0, steps / promised, 0) AS allowed, alarms, last_alarm, raised_by
FROM
(
  SELECT
    spec.model AS model,
    'windows' AS budget,
    spec.drift_expected_windows_between_false_alarms AS promised,
    uniqExactIf((judged.window_start, judged.window_end), judged.model != '') AS steps,
    countIf(judged.begins) AS alarms,
    maxIf(toNullable(judged.window_end), judged.begins) AS last_alarm,
    topKIf(8)(judged.leading, judged.begins AND judged.leading != '') AS raised_by
  FROM {{database}}.model_specs AS spec
  LEFT JOIN
  (
    SELECT model, window_start, window_end, begins, leading
    FROM
    (
      SELECT
        model, version, window_start, window_end,
        state IN ('warning', 'drift')
          AND lagInFrame(toString(state), 1, 'stable') OVER (PARTITION BY model ORDER BY sequence ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) NOT IN ('warning', 'drift') AS begins,
        trimRight(concat(evidence[1].detector, ' ', evidence[1].feature)) AS leading
      FROM {{database}}.verdicts
    )
    WHERE (model, version, window_start, window_end) NOT IN
      (SELECT model, version, window_start, window_end FROM {{database}}.signals WHERE detector = 'row-watch')
  ) AS judged ON judged.model = spec.model
  GROUP BY model, promised
  UNION ALL
  SELECT
    spec.model,
    'rows',
    spec.drift_expected_rows_between_false_alarms,
    any(told.labelled),
    countIf(alarm.model != ''),
    maxIf(toNullable(alarm.window_end), alarm.model != ''),
    topKIf(8)(alarm.what, alarm.model != '')
  FROM {{database}}.model_specs AS spec
  LEFT JOIN
  (
    SELECT model, window_end, trimRight(concat(detector, ' ', feature)) AS what FROM {{database}}.signals WHERE detector = 'row-watch'
  ) AS alarm ON alarm.model = spec.model
  LEFT ANY JOIN (SELECT model, count() AS labelled FROM {{database}}.truths GROUP BY model) AS told ON told.model = spec.model
  GROUP BY spec.model, spec.drift_expected_rows_between_false_alarms
);
