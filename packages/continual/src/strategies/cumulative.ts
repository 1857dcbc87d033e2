import { concatRows } from '@driftloop/spec';
import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import type { Strategy } from './strategy.ts';

/**
 * Learns from all rows it can remember, new and old alike: the ceiling, at the price of a memory
 * that holds everything.
 */
export const cumulative: Strategy = {
  name: 'cumulative',
  summary:
    'Trains on the new rows and the whole memory together; with a memory that holds every row it is the ceiling.',
  settings: {},
  begin({ runner, data, memory, random }) {
    const all = concatRows([memory.rows, data], data.width);
    return {
      epochRows: all.rows,
      sample: (turn) => composeBatch([{ rows: all, indices: turn, labels: 1 }], runner.outputWidth),
      keep: async () => remember(memory, { rows: data }, 'reservoir', random),
    };
  },
};
