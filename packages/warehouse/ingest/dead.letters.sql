-- Fields of a record of dead.letters.
topic String,
partition Int32,
offset Int64,
key Nullable(String),
value Nullable(String),
code String,
reason String,
service String,
at DateTime64(3, 'UTC');

-- Columns of stored_dead_letters.
SELECT
  topic,
  partition,
  offset,
  service,
  key,
  value,
  code,
  reason,
  at,
  {{position}},
  {{undecoded}}
FROM {{source}} AS source;
