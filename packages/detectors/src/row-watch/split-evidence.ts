import { type CountTable, type PlacedTable, type PlacedTables, placeTables } from './count-tables.ts';
import { fastExp } from './fast-exp.ts';
import { logFactorials } from './log-factorials.ts';
import { countsAsText, numbersAsText, numbersOfText, readCounts } from './saved-numbers.ts';
import { SplitColumns } from './split-columns.ts';

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
 * of the cells that rows have come to since the last check are renewed, about a third of all, and
 * an upper bound follows from their products (`atMost`). What is read as `value` is computed afresh
 * from the counts alone, so it does not depend on what was asked for before, or on a restart.
 */
export class SplitEvidence {
  readonly #placed: PlacedTables;
  readonly #window: number;
  readonly #clock: number;
  readonly #ratio: number;
  readonly #logFactorial: Float64Array;
  readonly #counts: Int32Array;
  /** Counts as of the last check, and up to where nothing counts any more. */
  readonly #checked: Int32Array;
  readonly #base: Int32Array;
  /** What each cell's counts from the base to the last check contribute to its log evidence. */
  readonly #whole: Float64Array;
  readonly #parts: Float64Array;
  /** Cells that rows have come to since the last check, and which these are. */
  readonly #isChanged: Uint8Array;
  readonly #changed: Int32Array;
  #changedCount = 0;
  /** By cell the check at which a row had last come to it. */
  readonly #touched: Int32Array;
  #check = 1;
  /** The last split is the last check's: nothing has come after it. */
  readonly #splits: SplitColumns;
  #basePosition = 0;
  #rows = 0;
  #atMost = 0;
  /** Whether `value` and what goes with it are those of the last check. */
  #isExact = true;
  /** Whether factors and products are those of the last check. */
  #isEstimated = false;
  #value = 0;
  #best = 0;
  #earliest = 0;
  #latest = 0;

  /**
   * @param window Rows that count as "before", about. @param clock Rows between checks. @param
   *   ratio Between the distances of neighbouring change points, above 1.
   */
  constructor(tables: readonly CountTable[], window: number, clock: number, ratio: number) {
    const placed = placeTables(tables);
    this.#placed = placed;
    this.#window = window;
    this.#clock = clock;
    this.#ratio = ratio;
    const most = tables.reduce((largest, { categories }) => Math.max(largest, categories), 2);
    this.#logFactorial = logFactorials(Math.ceil(2 * ratio * window + 2 * clock) + most + 2);
    this.#counts = new Int32Array(placed.counts);
    this.#checked = new Int32Array(placed.counts);
    this.#base = new Int32Array(placed.counts);
    this.#whole = new Float64Array(placed.cells);
    this.#parts = new Float64Array(tables.length);
    this.#isChanged = new Uint8Array(placed.cells);
    this.#changed = new Int32Array(placed.cells);
    this.#touched = new Int32Array(placed.cells);
    this.#splits = new SplitColumns(placed);
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
    const { tables } = this.#placed;
    for (let t = 0; t < tables.length; t++) {
      const index = indices[t] as number;
      if (index < 0) continue;
      const { offset, firstCell, categories } = tables[t] as PlacedTable;
      counts[offset + index] = (counts[offset + index] as number) + 1;
      const cell = firstCell + (categories === 2 ? index >> 1 : Math.floor(index / categories));
      if (this.#isChanged[cell] === 1) continue;
      this.#isChanged[cell] = 1;
      this.#changed[this.#changedCount++] = cell;
    }
    this.#rows++;
    if (this.#rows % this.#clock === 0) this.#checkNow();
  }

  /** Forgets all rows. */
  restart(): void {
    this.#splits.clear();
    this.#counts.fill(0);
    this.#checked.fill(0);
    this.#base.fill(0);
    this.#parts.fill(0);
    this.#isChanged.fill(0);
    this.#changedCount = 0;
    this.#touched.fill(0);
    this.#check = 1;
    this.#basePosition = 0;
    this.#rows = 0;
    this.#value = 0;
    this.#best = 0;
    this.#isExact = true;
    this.#isEstimated = false;
  }

  /** Counts of each possible change point less those before it, which are small. */
  save(): SavedEvidence {
    this.#makeExact();
    this.#writeDown();
    let before = this.#base;
    const since = (counts: Int32Array) => {
      const text = countsAsText(counts.map((count, k) => count - (before[k] ?? 0)));
      before = counts;
      return text;
    };
    const { order, positions } = this.#splits;
    return {
      rows: this.#rows,
      value: this.#value,
      parts: numbersAsText(this.#parts),
      best: [this.#best, this.#earliest, this.#latest],
      basePosition: this.#basePosition,
      splits: order.map((column) => ({
        position: positions[column] ?? 0,
        counts: since(this.#splits.countsOf(column)),
      })),
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
      const column = this.#splits.add(position, 0);
      for (let k = 0; k < since.length; k++)
        this.#splits.counts[k * this.#splits.room + column] = this.#counts[k] as number;
    }
    // All of it is written down.
    this.#touched.fill(1);
    this.#checked.set(this.#counts);
    read(saved.counts);
  }

  #checkNow(): void {
    this.#check++;
    this.#thinOut();
    if (this.#isEstimated) {
      for (let i = 0; i < this.#changedCount; i++) this.#renew(this.#changed[i] as number);
    } else {
      this.#renewAll();
    }
    for (let i = 0; i < this.#changedCount; i++) this.#isChanged[this.#changed[i] as number] = 0;
    this.#changedCount = 0;
    const sum = this.#sumOfProducts();
    this.#atMost = SLACK * sum;
    this.#isExact = false;
    // Beyond what numbers hold there is no way back by division.
    this.#isEstimated = Number.isFinite(sum);
    this.#splits.add(this.#rows, this.#check);
  }

  #sumOfProducts(): number {
    const { order, positions, products, room } = this.#splits;
    const { tables } = this.#placed;
    let sum = 0;
    let before = this.#basePosition;
    for (const column of order) {
      let mean = 0;
      for (let t = 0; t < tables.length; t++)
        mean += (tables[t] as PlacedTable).share * (products[t * room + column] as number);
      sum += ((positions[column] as number) - before) * mean;
      before = positions[column] as number;
    }
    return sum;
  }

  /** Writes down what splits have of a cell that no row had come to since they were made. */
  #writeDownCell(cell: number): void {
    const { order, born, counts, before, factors, room } = this.#splits;
    const { tables, tableOf, firstOf } = this.#placed;
    const touched = this.#touched[cell] as number;
    const first = firstOf[cell] as number;
    const { categories } = tables[tableOf[cell] as number] as PlacedTable;
    for (let i = order.length - 1; i >= 0; i--) {
      const column = order[i] as number;
      if ((born[column] as number) < touched) return;
      for (let k = first; k < first + categories; k++) counts[k * room + column] = this.#checked[k] as number;
      before[cell * room + column] = this.#whole[cell] as number;
      factors[cell * room + column] = 1;
    }
  }

  #writeDown(): void {
    for (let cell = 0; cell < this.#placed.cells; cell++) {
      this.#writeDownCell(cell);
      this.#touched[cell] = this.#check + 1;
    }
    // What is made from now on is younger.
    this.#check++;
  }

  /** Renews what is known of a cell that rows have come to. Hot. */
  #renew(cell: number): void {
    const { tables, tableOf, firstOf } = this.#placed;
    const t = tableOf[cell] as number;
    const table = tables[t] as PlacedTable;
    const { categories, spread } = table;
    const first = firstOf[cell] as number;
    const { order, born, counts, before, factors, products, room } = this.#splits;
    const now = this.#counts;
    const lf = this.#logFactorial;
    const touched = this.#touched[cell] as number;
    const wholeBefore = this.#whole[cell] as number;
    const whole = this.#marginal(first, table, now);
    if (categories === 2 && !table.rise) {
      const zerosNow = now[first] as number;
      const onesNow = now[first + 1] as number;
      const zerosChecked = this.#checked[first] as number;
      const onesChecked = this.#checked[first + 1] as number;
      const zeros = zerosNow - (this.#base[first] as number);
      const ones = onesNow - (this.#base[first + 1] as number);
      const all = zeros + ones;
      const fewer = Math.min(zeros, ones);
      const zerosAt = first * room;
      const cellAt = cell * room;
      const tableAt = t * room;
      for (let i = 0; i < order.length; i++) {
        const column = order[i] as number;
        const isFresh = (born[column] as number) >= touched;
        if (isFresh) {
          counts[zerosAt + column] = zerosChecked;
          counts[zerosAt + room + column] = onesChecked;
          before[cellAt + column] = wholeBefore;
        }
        const zerosAfter = zerosNow - (counts[zerosAt + column] as number);
        const onesAfter = onesNow - (counts[zerosAt + room + column] as number);
        const n = zerosAfter + onesAfter;
        const possible = Math.min(fewer, n, all - n) + 1;
        const log =
          (before[cellAt + column] as number) -
          whole +
          (lf[zerosAfter] as number) +
          (lf[onesAfter] as number) -
          (lf[n] as number) -
          (lf[possible] as number) +
          (lf[possible - 1] as number);
        const factor = 1 - spread + spread * fastExp(log);
        const known = isFresh ? 1 : (factors[cellAt + column] as number);
        products[tableAt + column] = ((products[tableAt + column] as number) * factor) / known;
        factors[cellAt + column] = factor;
      }
    } else {
      this.#writeDownCell(cell);
      for (let i = 0; i < order.length; i++) {
        const column = order[i] as number;
        const at = cell * room + column;
        const factor = this.#factor(cell, table, column, whole);
        products[t * room + column] =
          ((products[t * room + column] as number) * factor) / (factors[at] as number);
        factors[at] = factor;
      }
    }
    this.#settle(cell, whole);
  }

  /** A cell is as it was checked. */
  #settle(cell: number, whole: number): void {
    const { tables, tableOf, firstOf } = this.#placed;
    const first = firstOf[cell] as number;
    const { categories } = tables[tableOf[cell] as number] as PlacedTable;
    this.#whole[cell] = whole;
    this.#touched[cell] = this.#check;
    for (let k = first; k < first + categories; k++) this.#checked[k] = this.#counts[k] as number;
  }

  /** The same of all cells, afresh. */
  #renewAll(): void {
    const { tables } = this.#placed;
    const { order, counts, before, factors, products, room } = this.#splits;
    for (let t = 0; t < tables.length; t++) {
      const table = tables[t] as PlacedTable;
      for (const column of order) products[t * room + column] = 1;
      for (let cell = table.firstCell; cell < table.firstCell + table.cells; cell++) {
        const first = this.#placed.firstOf[cell] as number;
        this.#writeDownCell(cell);
        const whole = this.#marginal(first, table, this.#counts);
        for (const column of order) {
          before[cell * room + column] = this.#marginal(first, table, counts, room, column);
          const factor = this.#factor(cell, table, column, whole);
          factors[cell * room + column] = factor;
          products[t * room + column] = (products[t * room + column] as number) * factor;
        }
        this.#settle(cell, whole);
      }
    }
  }

  /** 1 − s + s·E of a cell, about. */
  #factor(cell: number, table: PlacedTable, column: number, whole: number): number {
    const log = this.#logEvidence(cell, table, column, this.#counts, whole);
    return log === undefined ? 1 : 1 - table.spread + table.spread * fastExp(log);
  }

  /** ln E of a cell; undefined where it has nothing to say. */
  #logEvidence(
    cell: number,
    { categories, rise, isConditional = false }: PlacedTable,
    column: number,
    now: Int32Array,
    whole: number,
  ): number | undefined {
    const lf = this.#logFactorial;
    const { counts, before, room } = this.#splits;
    const first = this.#placed.firstOf[cell] as number;
    let n = 0;
    let log = (before[cell * room + column] as number) - whole;
    for (let k = first; k < first + categories; k++) {
      const after = (now[k] as number) - (counts[k * room + column] as number);
      n += after;
      log += lf[after] as number;
    }
    if (n === 0) return undefined;
    if (categories !== 2) {
      const found = isConditional ? this.#outcomesOf(first, categories, now) : categories;
      return log - ((lf[n + found - 1] as number) - (lf[found - 1] as number));
    }
    const zeros = (now[first] as number) - (this.#base[first] as number);
    const ones = (now[first + 1] as number) - (this.#base[first + 1] as number);
    if (rise) {
      const onesAfter = (now[first + 1] as number) - (counts[(first + 1) * room + column] as number);
      const zerosAfter = n - onesAfter;
      if (onesAfter * (zeros - zerosAfter) <= (ones - onesAfter) * zerosAfter) return undefined;
    }
    const possible = Math.min(zeros, ones, n, zeros + ones - n) + 1;
    return log - ((lf[n] as number) + (lf[possible] as number) - (lf[possible - 1] as number));
  }

  /** Outcomes that a cell has had since the base. */
  #outcomesOf(first: number, categories: number, now: Int32Array): number {
    let found = 0;
    for (let k = first; k < first + categories; k++)
      if ((now[k] as number) > (this.#base[k] as number)) found++;
    return found;
  }

  /** The value as of the last check, from the counts alone. */
  #makeExact(): void {
    if (this.#isExact) return;
    this.#isExact = true;
    this.#writeDown();
    const { tables } = this.#placed;
    const { order, positions } = this.#splits;
    const splits = order.slice(0, -1);
    this.#parts.fill(0);
    this.#value = 0;
    let before = this.#basePosition;
    let largest = 0;
    const peaks: number[] = [];
    for (const column of splits) {
      const position = positions[column] as number;
      const gap = position - before;
      before = position;
      let mean = 0;
      for (let t = 0; t < tables.length; t++) {
        const table = tables[t] as PlacedTable;
        const evidence = table.share * this.#evidence(table, column);
        mean += evidence;
        this.#parts[t] = (this.#parts[t] ?? 0) + gap * evidence;
      }
      this.#value += gap * mean;
      peaks.push(mean);
      if (mean <= largest) continue;
      largest = mean;
      this.#best = position;
    }
    const plausible = splits.filter((_, i) => (peaks[i] ?? 0) * PLAUSIBLE >= largest);
    this.#earliest = positions[plausible[0] ?? -1] ?? 0;
    this.#latest = positions[plausible.at(-1) ?? -1] ?? 0;
  }

  /** Product over the cells of 1 − s + s·E, as of the last check. */
  #evidence(table: PlacedTable, column: number): number {
    const { cells, firstCell, spread } = table;
    let product = 1;
    for (let cell = firstCell; cell < firstCell + cells; cell++) {
      const whole = this.#whole[cell] as number;
      const log = this.#logEvidence(cell, table, column, this.#checked, whole);
      if (log === undefined) continue;
      product *= 1 - spread + spread * Math.exp(log);
      if (product > LARGEST) return LARGEST;
    }
    return product;
  }

  /**
   * A cell's counts since the base: ln of Π c! / n! where evidence is conditional, else of Π c! /
   * (n + K − 1)!.
   * @param step between two of the counts, and the first one's place among them
   */
  #marginal(
    first: number,
    { categories, isConditional = false }: PlacedTable,
    counts: Int32Array,
    step = 1,
    place = 0,
  ): number {
    const lf = this.#logFactorial;
    const prior = categories === 2 || isConditional ? 0 : categories - 1;
    let n = 0;
    let log = 0;
    for (let k = first; k < first + categories; k++) {
      const count = (counts[k * step + place] as number) - (this.#base[k] as number);
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
    const { order, positions } = splits;
    const age = (place: number) => this.#rows - (positions[order[place] ?? -1] ?? 0);
    for (let i = order.length - 2; i > 0; i--) {
      if (age(i - 1) <= this.#ratio * age(i + 1)) splits.removeAt(i);
    }
    const [oldest] = order;
    if (oldest === undefined || age(0) - this.#clock <= this.#window) return;
    this.#writeDown();
    this.#base.set(splits.countsOf(oldest));
    this.#basePosition = positions[oldest] as number;
    splits.removeAt(0);
    this.#isEstimated = false;
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
