/**
 * `pnpm bench starts --count 30 --busy 2`: how many starts of `driftloop up` succeed, each on a
 * fresh folder with everything its own, beside loops that keep cores busy; how long they take, and
 * why the others failed.
 */
import type { Benchmark } from '../harness/benchmark.ts';
import { startBusyLoops } from '../harness/busy-loops.ts';
import { summarize } from '../harness/samples.ts';
import { type Start, startOnce } from './start-once.ts';

export const run: Benchmark = async ({ count = 30, busy = 0 }) => {
  const starts: Start[] = [];
  for (let at = 0; at < count; at++) {
    const loops = startBusyLoops(busy);
    try {
      const start = await startOnce();
      starts.push(start);
      const { failure = 'up', leftRunning } = start;
      console.error(`${at + 1} of ${count}: ${start.seconds.toFixed(1)} s, ${failure}`);
      if (leftRunning > 0) console.error(`${leftRunning} processes still ran after \`down\``);
    } finally {
      loops.end();
    }
  }
  const failures = starts.flatMap(({ failure }) => failure ?? []);
  const { median, min, max } = summarize(starts.map(({ seconds }) => seconds));
  const up = starts.length - failures.length;
  const restarts = starts.reduce((sum, start) => sum + start.restarts, 0);
  const leftRunning = starts.reduce((sum, start) => sum + start.leftRunning, 0);
  return [
    {
      metric: `starts that succeed of ${count}, ${busy} busy loops`,
      value: up,
      unit: 'starts',
      bar: 'all',
      holds: up === count && leftRunning === 0,
      figures: { count, busy, failures, restarts, leftRunning },
    },
    { metric: 'a start', value: median, unit: 's', spread: { min, max } },
  ];
};
