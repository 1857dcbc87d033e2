-- What is behind a verdict: kinds of drift and faults of the pipeline. Verdicts from before have none.

ALTER TABLE {{database}}.stored_verdicts
  ADD COLUMN IF NOT EXISTS causes Array(Tuple(kind LowCardinality(String), columns Array(String), weight Float64, share Float64, segment String, text String, advice LowCardinality(String))) AFTER command_id;

CREATE OR REPLACE VIEW {{database}}.verdicts AS
SELECT * EXCEPT (undecoded, error, raw)
FROM {{database}}.stored_verdicts FINAL
WHERE error = '';
