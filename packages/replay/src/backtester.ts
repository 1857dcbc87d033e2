import type { Connections } from '@driftloop/connections';
import { type BacktestOptions, type BacktestResult, backtest } from './backtest.ts';
import { type EventTimeRange, type HistorySlice, readHistory } from './history.ts';

/** Backtests of the same slices again and again. */
export interface Backtester {
  /** As `backtest`. */
  run(options: BacktestOptions): Promise<BacktestResult>;
  /** The range of the first share of a slice's event time. @param share 1 for the whole slice */
  share(model: string, range: EventTimeRange, share: number): Promise<EventTimeRange>;
}

/** Slices that are kept in memory. */
const KEPT = 3;

/** Creates one that reads a slice once; what comes to an open one later is not seen. */
export function createBacktester(connections: Connections): Backtester {
  const slices = new Map<string, Promise<HistorySlice>>();
  const read: typeof readHistory = (parts, model, range) => {
    const key = JSON.stringify([model, range.from, range.to]);
    const known = slices.get(key) ?? readHistory(parts, model, range);
    slices.delete(key);
    slices.set(key, known);
    known.catch(() => slices.delete(key));
    const [oldest] = slices.keys();
    if (slices.size > KEPT && oldest !== undefined) slices.delete(oldest);
    return known;
  };
  return {
    run: (options) => backtest(connections, options, read),
    async share(model, range, share) {
      if (share >= 1) return range;
      const { records } = await read(connections, model, range);
      let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const { topic, value } of records) {
        if (topic !== 'inference.requests' || value.model !== model) continue;
        first = Math.min(first, value.eventTime);
        last = Math.max(last, value.eventTime);
      }
      if (!(last >= first)) return range;
      return { from: range.from, to: Math.ceil(first + share * (last + 1 - first)) };
    },
  };
}
