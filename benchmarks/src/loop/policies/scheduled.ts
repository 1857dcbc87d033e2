import type { Inputs, Policy, Trigger } from './policy.ts';

const NEWEST_ROWS = 5000;
const HALF_LIFE_ROWS = 2500;

/** Fits anew after so many rows: a cron job, or Modyn's amount trigger. */
export function everyRows(rows: number): (inputs: Inputs) => Trigger {
  return ({ trainingRows }) => {
    let next = trainingRows + rows;
    return {
      isDue({ row }) {
        if (row < next) return false;
        next += rows;
        return true;
      },
    };
  };
}

/** What a team would schedule itself. */
export const POLICIES: readonly Policy[] = [
  { name: 'frozen, all rows equal' },
  {
    name: 'refitted every 1,000 rows on the newest 5,000',
    createTrigger: everyRows(1000),
    newestRows: NEWEST_ROWS,
  },
  { name: 'refitted every 1,000 rows on all', createTrigger: everyRows(1000) },
];

/** The same choices of rows, fitted anew as often as the loop does on `rows` rows. */
export function scheduledAsOften(rows: number, refits: number): Policy[] {
  const createTrigger = everyRows(rows / (refits + 1));
  return [
    { name: 'refitted as often as the loop on the newest 5,000', createTrigger, newestRows: NEWEST_ROWS },
    { name: 'refitted as often as the loop on all', createTrigger },
    {
      name: 'refitted as often as the loop with exponential weights (half-life 2,500 rows)',
      createTrigger,
      halfLifeRows: HALF_LIFE_ROWS,
    },
  ];
}
