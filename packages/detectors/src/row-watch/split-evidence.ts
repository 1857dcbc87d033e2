import { fastExp } from './fast-exp.ts';
import { logFactorials } from './log-factorials.ts';
import { countsAsText, numbersAsText, numbersOfText, readCounts } from './saved-numbers.ts';

/** Counts of an outcome (class, error, bin) in each of several cells of the inputs. */
export interface CountTable {
  readonly cells: number;
  /** Outcomes that are told apart, at least 2. */
  readonly categories: number;
  /** Whether only a rise of the second of two outcomes counts. */
  readonly rise: boolean;
  /** Chance that a change shows in a given cell; 1 for a table of one cell. */
  readonly spread: number;
  /** Share of the evidence; shares add up to 1. */
  readonly share: number;
}

/** A table, its first count and its first cell among those of all. */
type PlacedTable = CountTable & { readonly offset: number; readonly firstCell: number };

/** What is remembered of a possible change point. */
interface Split {
  /** Rows before it. */
  position: number;
  /** Counts of all tables up to it. */
  readonly counts: Int32Array;
  /** What each cell's counts up to it contribute to its log evidence. */
  readonly before: Float64Array;
  /** About what each cell multiplies its table's evidence by, as of the last check. */
  readonly factors: Float64Array;
  /** The products of each table's factors. */
  readonly products: Float64Array;
}

/** Larger evidence says no more, and products stay finite. */
const LARGEST = 1e150;
/**
 * A split whose evidence is within this factor of the best one is a plausible change point (half
 * the 95 % quantile of chi-square, Wilks 1938).
 */
const PLAUSIBLE = Math.exp(1.92);
/** How far an estimate may lie beside what it is of: fifty times what its parts add up to. */
const SLACK = 1 + 1e-3;

/**
 * Evidence that the outcomes of a stream of rows changed at some time, summed over the possible
 * times.
 *
 * For each possible change point k, each cell gives an e-value. Two outcomes: given how many ones
 * there are in all, without a change their number after k is hypergeometric whatever their rate;
 * against it stands that every number is equally likely, E = C(n, s) / (C(n₀, s₀) C(n₁, s₁) m) with
 * m possible numbers (Fisher's conditioning; as an e-variable: Turner, Ly and Grünwald 2024,
 * "Generic E-variables for exact sequential k-sample tests"). More outcomes: the Bayes factor of
 * two distributions against one under uniform priors. A change may show in some cells only, so a
 * table's evidence is the product over its cells of 1 − s + s·E, with s the chance that a cell
 * takes part. Tables are averaged by their shares, which stays an e-value however they depend on
 * each other. The sum over all starts R = Σ_k E_k then grows by at most 1 a row on average while
 * nothing changes: the Shiryaev–Roberts statistic (Pollak 1985; Shin, Ramdas and Rinaldo 2023,
 * "E-detectors", section 2.2), so alarms at R ≥ c are about c rows apart or more.
 *
 * Possible change points lie at geometric distances back from the newest row, each standing for the
 * rows up to its neighbour, so a check costs a fixed number of factors, and memory does not grow.
 *
 * Most checks need no more than to know that the evidence is below a budget. For these the factors
 * of the cells that rows have come to since the last check are renewed, about a third of all, and an
 * upper bound follows from their products (`atMost`). What is read as `value` is computed afresh
 * from the counts alone, so it does not depend on what was asked for before, or on a restart.
 */
export class SplitEvidence {
  readonly #tables: readonly PlacedTable[];
  readonly #window: number;
  readonly #clock: number;
  readonly #ratio: number;
  readonly #logFactorial: Float64Array;
  readonly #counts: Int32Array;
  readonly #base: Int32Array;
  /** What each cell's counts from the base to the last check contribute to its log evidence. */
  readonly #whole: Float64Array;
  readonly #parts: Float64Array;
  /** Of each cell the table that it is of, and its first count. */
  readonly #tableOf: Int32Array;
  readonly #firstOf: Int32Array;
  /** Cells that rows have come to since the last check, and which these are. */
  readonly #isChanged: Uint8Array;
  readonly #changed: Int32Array;
  #changedCount = 0;
  readonly #spare: Split[] = [];
  /** The last one is the last check's: nothing has come after it. */
  readonly #splits: Split[] = [];
  #basePosition = 0;
  #rows = 0;
  #atMost = 0;
  /** Whether `value` and what goes with it are those of the last check. */
  #isExact = true;
  /** Whether estimates are those of the last check. */
  #isEstimated = true;
  #value = 0;
  #best = 0;
  #earliest = 0;
  #latest = 0;

  /**
   * @param window Rows that count as "before", about. @param clock Rows between checks. @param
   *   ratio Between the distances of neighbouring change points, above 1.
   */
  constructor(tables: readonly CountTable[], window: number, clock: number, ratio: number) {
    let offset = 0;
    let firstCell = 0;
    this.#tables = tables.map((table) => {
      const placed = { ...table, offset, firstCell };
      offset += table.cells * table.categories;
      firstCell += table.cells;
      return placed;
    });
    this.#window = window;
    this.#clock = clock;
    this.#ratio = ratio;
    const most = tables.reduce((largest, { categories }) => Math.max(largest, categories), 2);
    this.#logFactorial = logFactorials(Math.ceil(2 * ratio * window + 2 * clock) + most + 2);
    this.#counts = new Int32Array(offset);
    this.#base = new Int32Array(offset);
    this.#whole = new Float64Array(firstCell);
    this.#parts = new Float64Array(tables.length);
    this.#tableOf = new Int32Array(firstCell);
    this.#firstOf = new Int32Array(firstCell);
    this.#isChanged = new Uint8Array(firstCell);
    this.#changed = new Int32Array(firstCell);
    this.#tables.forEach((table, t) => {
      for (let cell = 0; cell < table.cells; cell++) {
        this.#tableOf[table.firstCell + cell] = t;
        this.#firstOf[table.firstCell + cell] = table.offset + cell * table.categories;
      }
    });
  }

  /** R: rows that pass on average without a change until it gets as large as it is. */
  get value(): number {
    this.#makeExact();
    return this.#value;
  }

  /** What {@link value} does not exceed; cheap to read after each row. */
  get atMost(): number {
    return this.#isExact ? this.#value : this.#atMost;
  }

  /** Each table's part of {@link value}, in the order of the tables. */
  get parts(): Float64Array {
    this.#makeExact();
    return this.#parts;
  }

  /**
   * Rows since the likeliest change, and since the earliest and latest plausible ones; 0 while
   * there is none.
   */
  get since(): { readonly best: number; readonly earliest: number; readonly latest: number } {
    this.#makeExact();
    if (this.#best === 0) return { best: 0, earliest: 0, latest: 0 };
    return {
      best: this.#rows - this.#best,
      earliest: this.#rows - this.#earliest,
      latest: this.#rows - this.#latest,
    };
  }

  /** Counts a row: per table cell · categories + outcome, or -1 where it does not belong. */
  add(indices: Int32Array): void {
    const counts = this.#counts;
    const tables = this.#tables;
    for (let t = 0; t < tables.length; t++) {
      const index = indices[t] as number;
      if (index < 0) continue;
      const { offset, firstCell, categories } = tables[t] as PlacedTable;
      const at = offset + index;
      counts[at] = (counts[at] as number) + 1;
      const cell = firstCell + (categories === 2 ? index >> 1 : Math.floor(index / categories));
      if (this.#isChanged[cell] === 1) continue;
      this.#isChanged[cell] = 1;
      this.#changed[this.#changedCount++] = cell;
    }
    this.#rows++;
    if (this.#rows % this.#clock === 0) this.#check();
  }

  /** Forgets all rows. */
  restart(): void {
    this.#spare.push(...this.#splits.splice(0));
    this.#counts.fill(0);
    this.#base.fill(0);
    this.#parts.fill(0);
    this.#isChanged.fill(0);
    this.#changedCount = 0;
    this.#basePosition = 0;
    this.#rows = 0;
    this.#value = 0;
    this.#best = 0;
    this.#isExact = true;
    // There are no cells to renew, and the marginals are those of no rows.
    this.#isEstimated = false;
  }

  /** Counts of each possible change point less those before it, which are small. */
  save(): SavedEvidence {
    this.#makeExact();
    let before = this.#base;
    const since = (counts: Int32Array) => {
      const text = countsAsText(counts.map((count, k) => count - (before[k] ?? 0)));
      before = counts;
      return text;
    };
    return {
      rows: this.#rows,
      value: this.#value,
      parts: numbersAsText(this.#parts),
      best: [this.#best, this.#earliest, this.#latest],
      basePosition: this.#basePosition,
      splits: this.#splits.map(({ position, counts }) => ({ position, counts: since(counts) })),
      counts: since(this.#counts),
    };
  }

  /** Takes over what another of the same tables saved. */
  restore(saved: SavedEvidence): void {
    this.restart();
    this.#rows = saved.rows;
    this.#value = saved.value;
    this.#parts.set(numbersOfText(saved.parts));
    [this.#best = 0, this.#earliest = 0, this.#latest = 0] = saved.best;
    this.#basePosition = saved.basePosition;
    // What counts is how far counts lie apart: those up to the base are 0 from now on.
    const since = new Int32Array(this.#counts.length);
    const read = (text: string) => {
      readCounts(text, since);
      for (let k = 0; k < since.length; k++) this.#counts[k] = (this.#counts[k] ?? 0) + (since[k] ?? 0);
    };
    for (const { position, counts } of saved.splits) {
      read(counts);
      const split = this.#newSplit(position);
      split.counts.set(this.#counts);
      this.#marginals(split.counts, split.before);
      this.#splits.push(split);
    }
    read(saved.counts);
  }

  #check(): void {
    this.#thinOut();
    if (this.#isEstimated) this.#renewWhole();
    else this.#marginals(this.#counts, this.#whole);
    let sum = 0;
    let before = this.#basePosition;
    for (const split of this.#splits) {
      if (this.#isEstimated) this.#renew(split);
      else this.#estimate(split);
      const gap = split.position - before;
      before = split.position;
      sum += gap * this.#meanOf(split.products);
    }
    this.#atMost = SLACK * sum;
    this.#isExact = false;
    this.#isEstimated = Number.isFinite(sum);
    for (let i = 0; i < this.#changedCount; i++) this.#isChanged[this.#changed[i] as number] = 0;
    this.#changedCount = 0;
    const newest = this.#newSplit(this.#rows);
    newest.counts.set(this.#counts);
    newest.before.set(this.#whole);
    newest.factors.fill(1);
    newest.products.fill(1);
    this.#splits.push(newest);
  }

  #meanOf(products: Float64Array): number {
    let mean = 0;
    for (let t = 0; t < this.#tables.length; t++)
      mean += (this.#tables[t] as PlacedTable).share * (products[t] as number);
    return mean;
  }

  /** The value as of the last check, from the counts alone. */
  #makeExact(): void {
    if (this.#isExact) return;
    this.#isExact = true;
    this.#parts.fill(0);
    this.#value = 0;
    const splits = this.#splits.slice(0, -1);
    const now = this.#splits.at(-1);
    if (!now) return;
    let before = this.#basePosition;
    let largest = 0;
    const peaks: number[] = [];
    for (const split of splits) {
      const gap = split.position - before;
      before = split.position;
      let mean = 0;
      for (let t = 0; t < this.#tables.length; t++) {
        const table = this.#tables[t] as PlacedTable;
        const evidence = table.share * this.#evidence(table, split, now);
        mean += evidence;
        this.#parts[t] = (this.#parts[t] ?? 0) + gap * evidence;
      }
      this.#value += gap * mean;
      peaks.push(mean);
      if (mean <= largest) continue;
      largest = mean;
      this.#best = split.position;
    }
    const plausible = splits.filter((_, i) => (peaks[i] ?? 0) * PLAUSIBLE >= largest);
    this.#earliest = plausible[0]?.position ?? 0;
    this.#latest = plausible.at(-1)?.position ?? 0;
  }

  /** Renews the factors of the cells that have changed. Hot. */
  #renew(split: Split): void {
    const { factors, products } = split;
    const changed = this.#changed;
    const tableOf = this.#tableOf;
    for (let i = 0; i < this.#changedCount; i++) {
      const cell = changed[i] as number;
      const t = tableOf[cell] as number;
      const factor = this.#factor(cell, this.#tables[t] as PlacedTable, split);
      products[t] = ((products[t] as number) * factor) / (factors[cell] as number);
      factors[cell] = factor;
    }
  }

  /** The same for all cells. */
  #estimate(split: Split): void {
    const { factors, products } = split;
    for (let t = 0; t < this.#tables.length; t++) {
      const table = this.#tables[t] as PlacedTable;
      let product = 1;
      for (let cell = table.firstCell; cell < table.firstCell + table.cells; cell++) {
        const factor = this.#factor(cell, table, split);
        factors[cell] = factor;
        product *= factor;
      }
      products[t] = product;
    }
  }

  /** 1 − s + s·E of a cell, about. Hot. */
  #factor(cell: number, { categories, spread, rise }: PlacedTable, { counts, before }: Split): number {
    const lf = this.#logFactorial;
    const now = this.#counts;
    const first = this.#firstOf[cell] as number;
    let log = (before[cell] as number) - (this.#whole[cell] as number);
    if (categories === 2) {
      const zerosNow = now[first] as number;
      const onesNow = now[first + 1] as number;
      const zerosAfter = zerosNow - (counts[first] as number);
      const onesAfter = onesNow - (counts[first + 1] as number);
      const n = zerosAfter + onesAfter;
      if (n === 0) return 1;
      const zeros = zerosNow - (this.#base[first] as number);
      const ones = onesNow - (this.#base[first + 1] as number);
      if (rise && onesAfter * (zeros - zerosAfter) <= (ones - onesAfter) * zerosAfter) return 1;
      const fewer = zeros < ones ? zeros : ones;
      const fewest = n < zeros + ones - n ? n : zeros + ones - n;
      const possible = (fewer < fewest ? fewer : fewest) + 1;
      log +=
        (lf[zerosAfter] as number) +
        (lf[onesAfter] as number) -
        (lf[n] as number) -
        ((lf[possible] as number) - (lf[possible - 1] as number));
    } else {
      let n = 0;
      for (let k = first; k < first + categories; k++) {
        const after = (now[k] as number) - (counts[k] as number);
        n += after;
        log += lf[after] as number;
      }
      if (n === 0) return 1;
      log -= (lf[n + categories - 1] as number) - (lf[categories - 1] as number);
    }
    return 1 - spread + spread * fastExp(log);
  }

  /**
   * Product over the cells of 1 − s + s·E, as of the newest split: what does not depend on "after"
   * was computed when the splits were made.
   */
  #evidence(table: PlacedTable, split: Split, newest: Split): number {
    const { cells, categories, offset, firstCell, spread, rise } = table;
    const { counts, before } = split;
    const lf = this.#logFactorial;
    const now = newest.counts;
    const base = this.#base;
    const whole = newest.before;
    let product = 1;
    let k = offset;
    for (let cell = 0; cell < cells; cell++) {
      const first = k;
      let n = 0;
      let log = (before[firstCell + cell] ?? 0) - (whole[firstCell + cell] ?? 0);
      for (const end = first + categories; k < end; k++) {
        const after = (now[k] ?? 0) - (counts[k] ?? 0);
        n += after;
        log += lf[after] ?? 0;
      }
      if (n === 0 || (rise && !this.#hasRisen(first, counts, now))) continue;
      if (categories === 2) {
        const zeros = (now[first] ?? 0) - (base[first] ?? 0);
        const ones = (now[first + 1] ?? 0) - (base[first + 1] ?? 0);
        const possible = Math.min(zeros, ones, n, zeros + ones - n) + 1;
        log -= (lf[n] ?? 0) + (lf[possible] ?? 0) - (lf[possible - 1] ?? 0);
      } else {
        log -= (lf[n + categories - 1] ?? 0) - (lf[categories - 1] ?? 0);
      }
      product *= 1 - spread + spread * Math.exp(log);
      if (product > LARGEST) return LARGEST;
    }
    return product;
  }

  #hasRisen(first: number, counts: Int32Array, now: Int32Array): boolean {
    const at = (k: number, from: Int32Array, to: Int32Array) => (to[k] ?? 0) - (from[k] ?? 0);
    const ones = at(first + 1, counts, now);
    const onesBefore = at(first + 1, this.#base, counts);
    return ones * at(first, this.#base, counts) > onesBefore * at(first, counts, now);
  }

  /**
   * For each cell's counts since the base: ln of Π c! / n! for two outcomes, of Π c! / (n + K − 1)!
   * for more.
   */
  #marginals(counts: Int32Array, into: Float64Array): void {
    for (const { cells, categories, offset, firstCell } of this.#tables)
      for (let cell = 0; cell < cells; cell++)
        into[firstCell + cell] = this.#marginal(offset + cell * categories, categories, counts);
  }

  #renewWhole(): void {
    for (let i = 0; i < this.#changedCount; i++) {
      const cell = this.#changed[i] as number;
      const { categories } = this.#tables[this.#tableOf[cell] as number] as PlacedTable;
      this.#whole[cell] = this.#marginal(this.#firstOf[cell] as number, categories, this.#counts);
    }
  }

  #marginal(first: number, categories: number, counts: Int32Array): number {
    const lf = this.#logFactorial;
    const prior = categories === 2 ? 0 : categories - 1;
    let n = 0;
    let log = 0;
    for (let k = first; k < first + categories; k++) {
      const count = (counts[k] as number) - (this.#base[k] as number);
      n += count;
      log += lf[count] as number;
    }
    return log - (lf[n + prior] as number);
  }

  /**
   * Of the possible change points those go that were too close to each other for their age at the
   * last check, or too old.
   */
  #thinOut(): void {
    const splits = this.#splits;
    for (let i = splits.length - 2; i > 0; i--) {
      const older = this.#age(splits[i - 1]);
      const younger = this.#age(splits[i + 1]);
      if (older <= this.#ratio * younger) this.#spare.push(...splits.splice(i, 1));
    }
    const [oldest] = splits;
    const checked = this.#rows - this.#clock;
    if (oldest === undefined || checked - oldest.position <= this.#window) return;
    this.#base.set(oldest.counts);
    this.#basePosition = oldest.position;
    this.#spare.push(...splits.splice(0, 1));
    for (const split of splits) this.#marginals(split.counts, split.before);
    this.#isEstimated = false;
  }

  /** Rows since it at this check. */
  #age(split: Split | undefined): number {
    return this.#rows - (split?.position ?? 0);
  }

  #newSplit(position: number): Split {
    const split = this.#spare.pop() ?? {
      position,
      counts: new Int32Array(this.#counts.length),
      before: new Float64Array(this.#whole.length),
      factors: new Float64Array(this.#whole.length),
      products: new Float64Array(this.#tables.length),
    };
    split.position = position;
    return split;
  }
}

/** What {@link SplitEvidence.save} gives: JSON. */
export interface SavedEvidence {
  readonly rows: number;
  readonly value: number;
  readonly parts: string;
  readonly best: readonly number[];
  readonly basePosition: number;
  readonly counts: string;
  readonly splits: readonly { readonly position: number; readonly counts: string }[];
}
