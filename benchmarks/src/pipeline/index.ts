/**
 * `pnpm bench pipeline`: requests and labels through all services, Kafka, the registry and
 * ClickHouse on this machine: how fast flat out, which rate is held, and where the time goes.
 */

import type { InputLog } from '@driftloop/invariance';
import { trainFirstVersion } from '@driftloop/scenario';
import type { Benchmark, Result } from '../harness/benchmark.ts';
import { elecLog, elecStream } from '../live/elec-log.ts';
import { atRate } from './at-rate.ts';
import { flatOut } from './flat-out.ts';
import { readOptions } from './options.ts';

export { flags } from './options.ts';

/** Rate that the pipeline is to hold, rows per second. */
const BAR = 10_000;

export const run: Benchmark = async ({ flags = {} }) => {
  const { rates, seconds, repeats, hasShadow } = readOptions(flags);
  const stream = await elecStream();
  const version = await trainFirstVersion({ ...stream, seed: 1 });
  const versions = hasShadow ? [version, version] : [version];
  const results: Result[] = [];
  if (repeats > 0) {
    const result = await flatOut(elecLog(stream, repeats, Date.now()), versions);
    console.error(`flat out: ${Math.round(result.value)} rows/s`);
    results.push(result);
  }
  let held = 0;
  for (const rate of rates) {
    const result = await atRate(firstRows(stream, rate * seconds), versions, rate);
    console.error(`${rate} rows/s: ${result.holds ? 'held' : 'not held'}, p99 ${result.value} ms`);
    results.push(result);
    if (!result.holds) break;
    held = rate;
  }
  if (rates.length > 0)
    results.push({
      metric: `highest rate held for ${seconds} s`,
      value: held,
      unit: 'rows/s',
      bar: `>= ${BAR}`,
      holds: held >= BAR,
    });
  return results;
};

/** So many rows of Elec2, again and again, and the labels that are due by then. */
function firstRows(stream: Awaited<ReturnType<typeof elecStream>>, rows: number): InputLog {
  const repeats = Math.ceil((rows + stream.trainingRows) / stream.table.rows);
  const { specs, records } = elecLog(stream, repeats, Date.now());
  let seen = 0;
  const end = records.findIndex(({ topic }) => topic === 'inference.requests' && ++seen > rows);
  return { specs, records: end < 0 ? records : records.slice(0, end) };
}
