-- Fields of a record of retrain.commands.
commandId String,
model String,
baseVersion Int32,
action String,
restoreVersion Nullable(Int32),
rollout String,
eventTime DateTime64(3, 'UTC'),
issuedAt DateTime64(3, 'UTC'),
issuedBy String,
selection Array(Tuple(from DateTime64(3, 'UTC'), to DateTime64(3, 'UTC'), weight Float64, reason String)),
labelsThrough Array(Tuple(partition Int32, offset Int64)),
strategy String,
maxSeconds Float64,
maxSteps Int64,
reasons Array(String);

-- Columns of stored_commands.
SELECT
  model,
  commandId AS command_id,
  baseVersion AS base_version,
  action,
  restoreVersion AS restore_version,
  -- Commands from before rollouts were known have none.
  if(empty(source.rollout), 'publish', source.rollout) AS rollout,
  eventTime AS event_time,
  issuedAt AS issued_at,
  issuedBy AS issued_by,
  selection,
  labelsThrough AS labels_through,
  strategy,
  maxSeconds AS max_seconds,
  maxSteps AS max_steps,
  reasons,
  {{position}},
  {{undecoded}}
FROM {{source}} AS source;
