-- What a test's statistic is without drift, what stands out in words, and of a comparison with a version in shadow that version and the e-value of
-- its being better. Rows from before have none of it.

ALTER TABLE {{database}}.stored_signals
  ADD COLUMN IF NOT EXISTS expected Nullable(Float64) AFTER threshold,
  ADD COLUMN IF NOT EXISTS detail String AFTER expected,
  ADD COLUMN IF NOT EXISTS rival Nullable(UInt32) AFTER change_point,
  ADD COLUMN IF NOT EXISTS e_value Nullable(Float64) AFTER rival;

CREATE OR REPLACE VIEW {{database}}.signals AS
SELECT * EXCEPT (undecoded, error, raw)
FROM {{database}}.stored_signals FINAL
WHERE error = '';
