import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import type { Strategy } from './strategy.ts';

/**
 * Learns from the new rows alone. It still remembers a sample, so that the gate can measure what
 * was forgotten.
 */
export const naive: Strategy = {
  name: 'naive',
  summary: 'Trains on the new rows alone; the baseline.',
  settings: {},
  begin({ runner, data, memory, random }) {
    return {
      sample: (turn) => composeBatch([{ rows: data, indices: turn, labels: 1 }], runner.outputWidth),
      keep: async () => remember(memory, { rows: data }, 'reservoir', random),
    };
  },
};
