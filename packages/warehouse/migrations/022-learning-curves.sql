-- How a strategy of the benchmark came to its figures: accuracy over the tasks learnt so far after each of them, and, where rows come in blocks,
-- the accuracy of each block after the first before it was learnt. Means over the seeds; rows that were measured before have none.

ALTER TABLE {{database}}.continual_benchmark
  ADD COLUMN IF NOT EXISTS title String,
  ADD COLUMN IF NOT EXISTS curve Array(Float64),
  ADD COLUMN IF NOT EXISTS blocks Array(Float64),
  ADD COLUMN IF NOT EXISTS block_rows UInt32;
