import type { Random } from '@driftloop/stats';
import type { Table } from './tables.ts';

/** A row on its way: when it happened by its own clock, and when it was written to the log. */
export interface Row {
  features: number[];
  eventTime: number;
  logTime: number;
  label: number;
}

/** What is planted into the rows after the change. */
export interface Plant {
  readonly kind: string;
  /** What the first cause is to be. */
  readonly truth: string;
  /** Changes the rows of a stream that come after the change; the base is to draw more from. */
  plant(rows: Row[], base: Base): Row[];
}

/** What a plant draws from. */
export interface Base {
  readonly table: Table;
  readonly random: Random;
  /** Length of a window, ms. */
  readonly windowMs: number;
  labelOf(row: readonly number[], changed?: boolean): number;
}

const each =
  (change: (row: Row, base: Base) => void) =>
  (rows: Row[], base: Base): Row[] => {
    for (const row of rows) change(row, base);
    return rows;
  };

/** Shares of the rows that a fault is in, by seed. */
const share = ({ random }: Base): number => [1, 0.4, 0.25][random.integer(3)] as number;

const inColumn =
  (column: (table: Table) => number, change: (value: number) => number, part = share) =>
  (rows: Row[], base: Base): Row[] => {
    const at = column(base.table);
    const rate = part(base);
    return each((row) => {
      if (base.random.uniform() < rate) row.features[at] = change(row.features[at] ?? 0);
    })(rows, base);
  };

const first = ({ numbers }: Table): number => numbers[0];
const second = ({ numbers }: Table): number => numbers[1];

export const PLANTS: readonly Plant[] = [
  {
    kind: 'covariate',
    truth: 'covariate',
    plant: each((row, base) => {
      row.features = base.table.move(row.features);
      row.label = base.labelOf(row.features);
    }),
  },
  { kind: 'prior', truth: 'prior', plant: toPrior },
  {
    kind: 'concept',
    truth: 'concept',
    plant: each((row, base) => {
      row.label = base.labelOf(row.features, true);
    }),
  },
  {
    kind: 'concept in a segment',
    truth: 'concept',
    plant: each((row, base) => {
      const odds = base.table.odds(row.features);
      if (odds > 0.4) row.label = Number(base.random.uniform() < 0.25);
    }),
  },
  { kind: 'nulls', truth: 'nulls', plant: inColumn(first, () => Number.NaN) },
  {
    kind: 'placeholder',
    truth: 'placeholder',
    plant: (rows, base) => {
      const value = [-999, 0, -1, 9999999][base.random.integer(4)] as number;
      return inColumn(
        first,
        () => value,
        () => [0.4, 0.25, 0.15][base.random.integer(3)] as number,
      )(rows, base);
    },
  },
  {
    kind: 'constant',
    truth: 'constant',
    plant: (rows, base) => {
      const value = rows[0]?.features[first(base.table)] ?? 0;
      return inColumn(
        first,
        () => value,
        () => 1,
      )(rows, base);
    },
  },
  {
    kind: 'unit',
    truth: 'unit',
    plant: (rows, base) => {
      const factor = [1000, 0.001, 100, 60, 1e6, 1e-9, 1e9][base.random.integer(7)] as number;
      return inColumn(
        first,
        (value) => value * factor,
        () => (factor < 1 ? 1 : share(base)),
      )(rows, base);
    },
  },
  {
    kind: 'swapped',
    truth: 'swapped',
    plant: each(
      (
        row,
        {
          table: {
            numbers: [a, b],
          },
        },
      ) => {
        const kept = row.features[a] ?? 0;
        row.features[a] = row.features[b] ?? 0;
        row.features[b] = kept;
      },
    ),
  },
  {
    kind: 'renamed',
    truth: 'renamed',
    plant: (rows, base) => {
      const at = base.table.category;
      const names = base.table.features[at]?.categories?.length ?? 1;
      const gone = base.random.integer(Math.min(3, names));
      return each((row) => {
        if (row.features[at] === gone) row.features[at] = names;
      })(rows, base);
    },
  },
  {
    kind: 'duplicates',
    truth: 'duplicates',
    plant: (rows, base) => {
      const again = [0.25, 0.5, 1][base.random.integer(3)] as number;
      return rows.flatMap((row) =>
        base.random.uniform() < again
          ? [row, { ...row, eventTime: row.eventTime + 500, logTime: row.logTime + 500 }]
          : [row],
      );
    },
  },
  {
    kind: 'gap',
    truth: 'gap',
    plant: (rows, base) => {
      const from = (rows[0]?.eventTime ?? 0) + base.windowMs * base.random.uniform();
      const long = base.windowMs * (1 + 2 * base.random.uniform());
      return rows.filter(({ eventTime }) => eventTime < from || eventTime >= from + long);
    },
  },
  {
    kind: 'clock',
    truth: 'clock',
    plant: (rows, base) => {
      const by = base.windowMs * ([-0.3, 0.4, -2, -24][base.random.integer(4)] as number);
      const part = share(base);
      return each((row) => {
        if (base.random.uniform() < part) row.eventTime = Math.round(row.eventTime + by);
      })(rows, base);
    },
  },
  {
    kind: 'rounded',
    truth: 'rounded',
    plant: (rows, base) => {
      const at = second(base.table);
      const sorted = rows.map(({ features }) => features[at] ?? 0).sort((a, b) => a - b);
      const spread =
        (sorted[Math.floor(0.75 * sorted.length)] ?? 1) - (sorted[Math.floor(0.25 * sorted.length)] ?? 0);
      const step = spread / 3;
      return inColumn(
        second,
        (value) => Math.floor(value / step) * step,
        () => 1,
      )(rows, base);
    },
  },
  { kind: 'nothing', truth: 'none', plant: (rows) => rows },
];

/** Rows of class 1 come 2.5 times as often beside the others; what they look like stays. */
function toPrior(rows: Row[], base: Base): Row[] {
  const seldom = base.random.integer(2);
  return each((row) => {
    for (let tries = 0; tries < 50; tries++) {
      if (row.label !== seldom || base.random.uniform() < 0.3) return;
      row.features = base.table.draw(base.random);
      row.label = base.labelOf(row.features);
    }
  })(rows, base);
}
