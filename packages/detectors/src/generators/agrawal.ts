import type { Random } from '@driftloop/stats';
import { type Concept, requireShare, requireVariant } from './concept.ts';

/** A loan applicant, money in dollars. */
interface Applicant {
  readonly salary: number;
  readonly commission: number;
  readonly age: number;
  readonly education: number;
  readonly houseValue: number;
  readonly houseYears: number;
  readonly loan: number;
}

/**
 * Agrawal (Agrawal, Imielinski and Swami, IEEE TKDE 5(6), 1993): nine features of loan applicants
 * and ten functions that part them into group A (class 0) and B (class 1). Features: salary,
 * commission, age, education level (5), car (20), zip code (9), house value, years the house is
 * owned, loan.
 *
 * @param variant Function 0 to 9. @param options.perturbation Numbers are moved by up to this share
 *   of their range after they were labelled. @default 0
 */
export function agrawal(variant: number, options: { readonly perturbation?: number } = {}): Concept {
  requireVariant('Agrawal', variant, FUNCTIONS.length);
  const perturbation = options.perturbation ?? 0;
  requireShare('Agrawal', 'perturbation', perturbation);
  const inGroupA = FUNCTIONS[variant] ?? (() => true);
  return {
    width: 9,
    classes: 2,
    categories: [0, 0, 0, 5, 20, 9, 0, 0, 0],
    draw(random, features) {
      const salary = 20_000 + 130_000 * random.uniform();
      const commission = salary >= 75_000 ? 0 : 10_000 + 65_000 * random.uniform();
      const age = 20 + random.integer(61);
      const education = random.integer(5);
      const car = random.integer(20);
      const zipCode = random.integer(9);
      const houseValue = (9 - zipCode) * 100_000 * (0.5 + random.uniform());
      const houseYears = 1 + random.integer(30);
      const loan = 500_000 * random.uniform();
      const label = inGroupA({ salary, commission, age, education, houseValue, houseYears, loan }) ? 0 : 1;
      const moved = (value: number, low: number, high: number) =>
        move(random, perturbation, value, low, high);
      features[0] = moved(salary, 20_000, 150_000);
      features[1] = commission > 0 ? moved(commission, 10_000, 75_000) : 0;
      features[2] = Math.round(moved(age, 20, 80));
      features[3] = education;
      features[4] = car;
      features[5] = zipCode;
      features[6] = moved(houseValue, 0, (9 - zipCode) * 150_000);
      features[7] = Math.round(moved(houseYears, 1, 30));
      features[8] = moved(loan, 0, 500_000);
      return label;
    },
  };
}

function move(random: Random, share: number, value: number, low: number, high: number): number {
  if (share === 0) return value;
  const moved = value + (high - low) * share * (2 * random.uniform() - 1);
  return Math.min(high, Math.max(low, moved));
}

function between(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}

/** Picks by age: under 40, under 60, older. */
function byAge<T>(age: number, young: T, middle: T, old: T): T {
  return age < 40 ? young : age < 60 ? middle : old;
}

type Range = readonly [number, number];

function inRange(value: number, [low, high]: Range): boolean {
  return between(value, low, high);
}

const INCOMES: readonly [Range, Range, Range] = [
  [50_000, 100_000],
  [75_000, 125_000],
  [25_000, 75_000],
];

/** The functions of the paper's appendix, in its order: true is group A. */
const FUNCTIONS: readonly ((a: Applicant) => boolean)[] = [
  ({ age }) => age < 40 || age >= 60,
  ({ age, salary }) => inRange(salary, byAge(age, ...INCOMES)),
  ({ age, education }) => inRange(education, byAge<Range>(age, [0, 1], [1, 3], [2, 4])),
  ({ age, education, salary }) => {
    const schooled = inRange(education, byAge<Range>(age, [0, 1], [1, 3], [2, 4]));
    const yes = byAge<Range>(age, [25_000, 75_000], [50_000, 100_000], [50_000, 100_000]);
    const no = byAge<Range>(age, [50_000, 100_000], [75_000, 125_000], [25_000, 75_000]);
    return inRange(salary, schooled ? yes : no);
  },
  ({ age, salary, loan }) => {
    const paid = inRange(salary, byAge(age, ...INCOMES));
    const yes = byAge<Range>(age, [100_000, 300_000], [200_000, 400_000], [300_000, 500_000]);
    const no = byAge<Range>(age, [200_000, 400_000], [300_000, 500_000], [100_000, 300_000]);
    return inRange(loan, paid ? yes : no);
  },
  ({ age, salary, commission }) => inRange(salary + commission, byAge(age, ...INCOMES)),
  (a) => earned(a) - a.loan / 5 - 20_000 > 0,
  (a) => earned(a) - 5000 * a.education - 20_000 > 0,
  (a) => earned(a) - 5000 * a.education - a.loan / 5 - 10_000 > 0,
  (a) => {
    const equity = a.houseYears >= 20 ? (a.houseValue * (a.houseYears - 20)) / 10 : 0;
    return earned(a) - 5000 * a.education + equity / 5 - 10_000 > 0;
  },
];

/** Two thirds of the income: what is left after tax. */
function earned({ salary, commission }: Applicant): number {
  return (2 * (salary + commission)) / 3;
}
