-- Embeddings by name, and how many numbers each feature of a spec has. The rule is that of packages/spec; a test asks both for the same cases.

ALTER TABLE {{database}}.stored_requests
  ADD COLUMN IF NOT EXISTS vectors Map(LowCardinality(String), Array(Float32)) AFTER texts;

-- sizes: per feature, 0 where it is no embedding.
ALTER TABLE {{database}}.stored_model_specs
  ADD COLUMN IF NOT EXISTS sizes Array(Int32) AFTER categories;

CREATE OR REPLACE VIEW {{database}}.model_specs AS
SELECT * EXCEPT (error, raw)
FROM {{database}}.stored_model_specs
WHERE error = ''
ORDER BY model, kafka_timestamp DESC, kafka_offset DESC
LIMIT 1 BY model;

CREATE OR REPLACE VIEW {{database}}.requests AS
SELECT model, event_time, request_id, features, numbers, texts, vectors, kafka_partition, kafka_offset, kafka_timestamp
FROM {{database}}.stored_requests FINAL
WHERE error = '';
