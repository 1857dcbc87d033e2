-- Fields of a record of letter.decisions.
topic String,
partition Int32,
offset Int64,
kind String,
decisionId String,
at DateTime64(3, 'UTC'),
actor String,
reason String,
mended Bool,
after Nullable(Int64);

-- Columns of stored_letter_decisions.
SELECT
  topic,
  partition,
  offset,
  kind,
  decisionId AS decision_id,
  at,
  actor,
  reason,
  mended,
  after,
  {{position}}
FROM {{source}} AS source;
