-- What becomes of a candidate that passes the gate: live at once, as all before, or in shadow first.

ALTER TABLE {{database}}.stored_commands
  ADD COLUMN IF NOT EXISTS rollout LowCardinality(String) DEFAULT 'publish' AFTER restore_version;

CREATE OR REPLACE VIEW {{database}}.commands AS
SELECT * EXCEPT (undecoded, error, raw)
FROM {{database}}.stored_commands FINAL
WHERE error = '';
