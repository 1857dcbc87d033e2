-- Fields of a record of model.specs.
model String,
task String,
classes Int32,
features Array(Tuple(name String, kind String, allowMissing Bool)),
window Tuple(lengthMs Int64, allowedLatenessMs Int64, minSamples Int32, allowedAheadMs Int64, partitionIdleMs Int64),
drift Tuple(expectedWindowsBetweenFalseAlarms Float64, detectors Array(String)),
retrain Tuple(enabled Bool, strategy String, cooldownMs Int64, minLabels Int32, maxRows Int32, maxSeconds Float64, maxSteps Int64, maxAgeMs Int64),
rollout Tuple(canaryShare Float64, shadowVersions Array(Int32)),
updatedAt DateTime64(3, 'UTC');

-- Columns of stored_model_specs.
SELECT
  model,
  task,
  classes,
  arrayMap(f -> (f.name, f.kind, f.allowMissing), source.features) AS features,
  window.lengthMs AS window_length_ms,
  window.allowedLatenessMs AS window_allowed_lateness_ms,
  window.minSamples AS window_min_samples,
  window.allowedAheadMs AS window_allowed_ahead_ms,
  window.partitionIdleMs AS window_partition_idle_ms,
  drift.expectedWindowsBetweenFalseAlarms AS drift_expected_windows_between_false_alarms,
  drift.detectors AS drift_detectors,
  retrain.enabled AS retrain_enabled,
  retrain.strategy AS retrain_strategy,
  retrain.cooldownMs AS retrain_cooldown_ms,
  retrain.minLabels AS retrain_min_labels,
  retrain.maxRows AS retrain_max_rows,
  retrain.maxSeconds AS retrain_max_seconds,
  retrain.maxSteps AS retrain_max_steps,
  retrain.maxAgeMs AS retrain_max_age_ms,
  rollout.canaryShare AS rollout_canary_share,
  rollout.shadowVersions AS rollout_shadow_versions,
  updatedAt AS updated_at,
  {{position}}
FROM {{source}} AS source;
