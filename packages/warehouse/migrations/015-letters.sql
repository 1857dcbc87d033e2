-- What became of dead letters, and who decided it. The rule is that of packages/dead-letters; a test asks both for the same cases.

CREATE TABLE IF NOT EXISTS {{database}}.stored_letter_decisions
(
  topic LowCardinality(String),
  partition UInt32,
  offset UInt64,
  kind LowCardinality(String),
  decision_id String,
  at DateTime64(3, 'UTC'),
  actor String,
  reason String,
  mended Bool,
  after Nullable(UInt64),
  kafka_partition UInt32,
  kafka_offset UInt64,
  kafka_timestamp DateTime64(3, 'UTC'),
  error String,
  raw String
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(greatest(kafka_timestamp, toDateTime64('2026-01-01 00:00:00', 3, 'UTC')))
ORDER BY (topic, partition, offset, kafka_partition, kafka_offset);

CREATE OR REPLACE VIEW {{database}}.letter_decisions AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_letter_decisions FINAL
WHERE error = '';

-- One row per record that could not be handled, however often it was written to dead.letters: what it was, what was wrong, and what became of it.
CREATE OR REPLACE VIEW {{database}}.letter_states AS
SELECT
  letter.topic AS topic,
  letter.partition AS partition,
  letter.offset AS offset,
  letter.code AS code,
  letter.reason AS reason,
  letter.service AS service,
  letter.at AS at,
  letter.key AS key,
  letter.value AS value,
  multiIf(decision.sent, 'resent', decision.last_kind = 'discarded', 'discarded', decision.last_kind = 'resending', 'resending', 'open') AS state,
  decision.last_actor AS decided_by,
  decision.last_reason AS decided_because,
  decision.last_mended AS mended,
  decision.last_at AS decided_at
FROM
(
  SELECT
    topic, partition, offset,
    argMin(stored.code, (stored.kafka_timestamp, stored.kafka_offset)) AS code,
    argMin(stored.reason, (stored.kafka_timestamp, stored.kafka_offset)) AS reason,
    argMin(stored.service, (stored.kafka_timestamp, stored.kafka_offset)) AS service,
    min(stored.at) AS at,
    any(stored.key) AS key,
    any(stored.value) AS value
  FROM {{database}}.stored_dead_letters AS stored
  WHERE error = ''
  GROUP BY topic, partition, offset
) AS letter
LEFT ANY JOIN
(
  SELECT
    topic, partition, offset,
    countIf(told.kind = 'resent') > 0 AS sent,
    argMax(told.kind, told.kafka_offset) AS last_kind,
    argMax(told.actor, told.kafka_offset) AS last_actor,
    argMax(told.reason, told.kafka_offset) AS last_reason,
    argMax(told.mended, told.kafka_offset) AS last_mended,
    toNullable(argMax(told.at, told.kafka_offset)) AS last_at
  FROM {{database}}.letter_decisions AS told
  GROUP BY topic, partition, offset
) AS decision ON decision.topic = letter.topic AND decision.partition = letter.partition AND decision.offset = letter.offset;

-- The same with the model and the id of the request or the label, where the record could be read.
CREATE OR REPLACE VIEW {{database}}.letters AS
SELECT
  letter.*,
  named.model AS model,
  named.request_id AS request_id
FROM {{database}}.letter_states AS letter
LEFT ANY JOIN
(
  SELECT 'inference.requests' AS topic, kafka_partition AS partition, kafka_offset AS offset, model, request_id
  FROM {{database}}.stored_requests
  WHERE error = '' AND (kafka_partition, kafka_offset) IN (SELECT partition, offset FROM {{database}}.stored_dead_letters WHERE topic = 'inference.requests')
  UNION ALL
  SELECT 'inference.labels', kafka_partition, kafka_offset, model, request_id
  FROM {{database}}.stored_labels
  WHERE error = '' AND (kafka_partition, kafka_offset) IN (SELECT partition, offset FROM {{database}}.stored_dead_letters WHERE topic = 'inference.labels')
) AS named ON named.topic = letter.topic AND named.partition = letter.partition AND named.offset = letter.offset;

CREATE OR REPLACE VIEW {{database}}.malformed AS
SELECT topic, kafka_partition, kafka_offset, kafka_timestamp, error, raw
FROM
(
  SELECT 'inference.requests' AS topic, kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_requests FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'inference.predictions', kafka_partition, arrayMin(kafka_offsets), kafka_timestamp, error, raw
  FROM {{database}}.stored_predictions FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'inference.labels', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_labels FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'drift.signals', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_signals FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'drift.verdicts', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_verdicts FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'retrain.commands', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_commands FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'training.progress', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_training_progress FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'model.specs', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_model_specs FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'model.events', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_model_events FINAL WHERE model = '' AND error != ''
  UNION ALL
  SELECT 'dead.letters', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_dead_letters FINAL WHERE topic = '' AND error != ''
  UNION ALL
  SELECT 'letter.decisions', kafka_partition, kafka_offset, kafka_timestamp, error, raw
  FROM {{database}}.stored_letter_decisions FINAL WHERE topic = '' AND error != ''
);
