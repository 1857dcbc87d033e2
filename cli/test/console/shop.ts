import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Rows of which the first version learns. */
export const TRAINED = 1_500;
/** From this row on buyers decide otherwise. */
const DRIFTED = 3_300;
/** And from this on prices are higher. */
const DEARER = 4_400;
const ROWS = 6_000;
const MINUTE_MS = 60_000;

/** A shop whose buyers change their minds: a table and a spec, written into a folder. */
export function writeShop(folder: string): { readonly table: string; readonly spec: string } {
  const table = join(folder, 'shop.csv');
  const spec = join(folder, 'shop.json');
  writeFileSync(table, `${['price,discount,visits,hour,bought', ...rows()].join('\n')}\n`);
  writeFileSync(spec, JSON.stringify(SPEC));
  return { table, spec };
}

/** A study of two backtests of the shop, written into a folder. */
export function writeStudy(folder: string): string {
  const file = join(folder, 'study.yaml');
  writeFileSync(file, JSON.stringify(STUDY));
  return file;
}

const STUDY = {
  study: 'samples',
  design: { kind: 'grid' },
  parameters: { 'window.minSamples': [400, 110] },
  backtest: { model: 'shop' },
  objectives: ['alarms', 'retrains'].map((of) => ({ of, wanted: 'low' })),
};

function rows(): string[] {
  // A sequence that looks random, the same in every run.
  let state = 11;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: ROWS }, (_, row) => {
    const drifted = row >= DRIFTED;
    const price = uniform() + (row >= DEARER ? 0.35 : 0);
    const discount = uniform();
    const visits = uniform();
    const hour = ((row / 60) % 24) / 24;
    const score = drifted ? visits - discount : discount - price + 0.3 * visits;
    const bought = Number(score + 0.15 * (uniform() - 0.5) > 0);
    return [price, discount, visits, hour]
      .map((value) => value.toFixed(4))
      .concat(String(bought))
      .join(',');
  });
}

const SPEC = {
  model: 'shop',
  task: 'binary',
  classes: 2,
  features: ['price', 'discount', 'visits', 'hour'].map((name) => ({ name, kind: 'numeric' })),
  window: { lengthMs: 250 * MINUTE_MS, allowedLatenessMs: 0, minSamples: 100, partitionIdleMs: 2_000 },
  drift: { expectedWindowsBetweenFalseAlarms: 200, detectors: [] },
  retrain: {
    enabled: true,
    strategy: 'naive',
    cooldownMs: 1_000 * MINUTE_MS,
    minLabels: 300,
    maxRows: 2_000,
    maxSeconds: 30,
    maxSteps: 200,
  },
  rollout: { canaryShare: 0, shadowVersions: [], needsApproval: true },
};
