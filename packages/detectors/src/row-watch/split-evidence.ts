import { type CountTable, type PlacedTable, type PlacedTables, placeTables } from './count-tables.ts';
import { logFactorials } from './log-factorials.ts';
import { countsAsText, numbersAsText, numbersOfText, readCounts } from './saved-numbers.ts';
import { type Split, SplitBounds } from './split-bounds.ts';

/** Larger evidence says no more, and products stay finite. */
const LARGEST = 1e150;
/**
 * A split whose evidence is within this factor of the best one is a plausible change point (half
 * the 95 % quantile of chi-square, Wilks 1938).
 */
const PLAUSIBLE = Math.exp(1.92);
/** How far a bound may lie beside what it is of, with the errors of its steps. */
const SLACK = 1.02;
/** A bound that lies farther from what it is of is worked out afresh. */
const LOOSE = 1.1;
/**
 * Change points that bounds have room for at first, and so many more when they are more; in fours.
 */
const ROOM = 24;
const MORE_ROOM = 8;

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
 * Most checks need no more than to know that the evidence is below a budget. For these an upper
 * bound is kept up to date row by row (`atMost`, {@link SplitBounds}). What is read as `value` is
 * computed afresh from the counts alone, so it does not depend on what was asked for before, or on
 * a restart; without bounds each check does so.
 */
export class SplitEvidence {
  readonly #placed: PlacedTables;
  readonly #window: number;
  readonly #clock: number;
  readonly #ratio: number;
  readonly #logFactorial: Float64Array;
  /** Since the base, up to where nothing counts any more. */
  readonly #counts: Int32Array;
  readonly #parts: Float64Array;
  /** The oldest first; the last one is the last check's: nothing has come after it. */
  readonly #splits: Split[] = [];
  /** Counts of change points that are gone. */
  readonly #spare: Int32Array[] = [];
  #bounds: SplitBounds | undefined;
  #basePosition = 0;
  #rows = 0;
  #sum = 0;
  /** Whether `value` and what goes with it are those of the last check. */
  #isExact = true;
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
    this.#parts = new Float64Array(tables.length);
    if (tables.length > 0) this.#bounds = openBounds(placed, ROOM);
  }

  /** R: rows that pass on average without a change until it gets as large as it is. */
  get value(): number {
    this.#makeExact();
    return this.#value;
  }

  /** What {@link value} does not exceed; cheap to read after each row. */
  get atMost(): number {
    return this.#isExact ? this.#value : SLACK * this.#sum;
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
    this.#bounds?.add(indices, counts);
    for (let t = 0; t < tables.length; t++) {
      const index = indices[t] as number;
      if (index < 0) continue;
      const at = (tables[t] as PlacedTable).offset + index;
      counts[at] = (counts[at] as number) + 1;
    }
    this.#rows++;
    if (this.#rows % this.#clock === 0) this.#checkNow();
  }

  /** Forgets all rows. */
  restart(): void {
    for (const { counts } of this.#splits.splice(0)) this.#spare.push(counts);
    this.#bounds?.clear();
    this.#counts.fill(0);
    this.#parts.fill(0);
    this.#basePosition = 0;
    this.#rows = 0;
    this.#value = 0;
    this.#best = 0;
    this.#isExact = true;
  }

  /** Counts of each possible change point less those before it, which are small. */
  save(): SavedEvidence {
    this.#makeExact();
    let before: Int32Array = new Int32Array(this.#counts.length);
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
    const since = new Int32Array(this.#counts.length);
    const read = (text: string) => {
      readCounts(text, since);
      for (let k = 0; k < since.length; k++) this.#counts[k] = (this.#counts[k] ?? 0) + (since[k] ?? 0);
    };
    for (const { position, counts } of saved.splits) {
      read(counts);
      this.#addSplit(position);
    }
    read(saved.counts);
    this.#bounds?.forget();
  }

  #checkNow(): void {
    this.#thinOut();
    const bounds = this.#bounds;
    if (bounds && !bounds.isCurrent) this.#renewBounds(bounds);
    this.#sum = bounds?.sum(this.#splits, this.#basePosition) ?? Number.POSITIVE_INFINITY;
    this.#isExact = false;
    // Beyond what numbers hold there is no way back by division.
    if (!Number.isFinite(this.#sum)) bounds?.forget();
    this.#addSplit(this.#rows);
  }

  /** A change point after the rows that are counted. */
  #addSplit(position: number): void {
    const counts = this.#spare.pop() ?? new Int32Array(this.#counts.length);
    counts.set(this.#counts);
    const column = this.#bounds?.openColumn() ?? this.#moreRoom();
    this.#splits.push({ position, counts, column });
  }

  #moreRoom(): number {
    if (!this.#bounds) return -1;
    this.#bounds = openBounds(this.#placed, this.#bounds.room + MORE_ROOM);
    this.#splits.forEach((split, i) => {
      this.#splits[i] = { ...split, column: this.#bounds?.openColumn() ?? -1 };
    });
    return this.#bounds?.openColumn() ?? -1;
  }

  #removeSplit(at: number): void {
    for (const { counts, column } of this.#splits.splice(at, 1)) {
      this.#spare.push(counts);
      if (column >= 0) this.#bounds?.closeColumn(column);
    }
  }

  #renewBounds(bounds: SplitBounds): void {
    const evidence = { e: 1, counts: true };
    let whole = 0;
    let cellOfWhole = -1;
    bounds.renew(this.#splits, this.#counts, (cell, table, split) => {
      const first = this.#placed.firstOf[cell] as number;
      if (cell !== cellOfWhole) whole = this.#marginal(first, table, this.#counts);
      cellOfWhole = cell;
      evidence.e = Math.exp(this.#logEvidence(first, table, split.counts, this.#counts, whole));
      evidence.counts = !table.rise || this.#hasRisen(first, split.counts, this.#counts);
      return evidence;
    });
  }

  /** ln E of a cell that rows have come to. */
  #logEvidence(
    first: number,
    table: PlacedTable,
    before: Int32Array,
    now: Int32Array,
    whole: number,
  ): number {
    const { categories, isConditional = false } = table;
    const lf = this.#logFactorial;
    let n = 0;
    let log = this.#marginal(first, table, before) - whole;
    for (let k = first; k < first + categories; k++) {
      const after = (now[k] as number) - (before[k] as number);
      n += after;
      log += lf[after] as number;
    }
    if (categories !== 2) {
      const found = isConditional ? outcomesOf(first, categories, now) : categories;
      return log - ((lf[n + found - 1] as number) - (lf[found - 1] as number));
    }
    const zeros = now[first] as number;
    const ones = now[first + 1] as number;
    const possible = Math.min(zeros, ones, n, zeros + ones - n) + 1;
    return log - ((lf[n] as number) + (lf[possible] as number) - (lf[possible - 1] as number));
  }

  /** Whether the second of two outcomes has become more frequent. */
  #hasRisen(first: number, before: Int32Array, now: Int32Array): boolean {
    const zerosBefore = before[first] as number;
    const onesBefore = before[first + 1] as number;
    const zerosAfter = (now[first] as number) - zerosBefore;
    const onesAfter = (now[first + 1] as number) - onesBefore;
    return onesAfter * zerosBefore > onesBefore * zerosAfter;
  }

  /** The value as of the last check, from the counts alone. */
  #makeExact(): void {
    if (this.#isExact) return;
    this.#isExact = true;
    const { tables } = this.#placed;
    const splits = this.#splits.slice(0, -1);
    const checked = this.#splits.at(-1)?.counts ?? this.#counts;
    this.#parts.fill(0);
    this.#value = 0;
    let before = this.#basePosition;
    let largest = 0;
    const peaks: number[] = [];
    for (const { position, counts } of splits) {
      const gap = position - before;
      before = position;
      let mean = 0;
      for (let t = 0; t < tables.length; t++) {
        const table = tables[t] as PlacedTable;
        const evidence = table.share * this.#evidence(table, counts, checked);
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
    this.#earliest = plausible[0]?.position ?? 0;
    this.#latest = plausible.at(-1)?.position ?? 0;
    if (this.#sum > LOOSE * this.#value) this.#bounds?.forget();
  }

  /** Product over the cells of 1 − s + s·E. */
  #evidence(table: PlacedTable, before: Int32Array, now: Int32Array): number {
    const { cells, offset, categories, spread, rise } = table;
    let product = 1;
    for (let first = offset; first < offset + cells * categories; first += categories) {
      if (isSame(first, categories, before, now)) continue;
      if (rise && !this.#hasRisen(first, before, now)) continue;
      const whole = this.#marginal(first, table, now);
      product *= 1 - spread + spread * Math.exp(this.#logEvidence(first, table, before, now, whole));
      if (product > LARGEST) return LARGEST;
    }
    return product;
  }

  /** ln of Π c! / n! where evidence is conditional, else of Π c! / (n + K − 1)!. */
  #marginal(first: number, { categories, isConditional = false }: PlacedTable, counts: Int32Array): number {
    const lf = this.#logFactorial;
    const prior = categories === 2 || isConditional ? 0 : categories - 1;
    let n = 0;
    let log = 0;
    for (let k = first; k < first + categories; k++) {
      const count = counts[k] as number;
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
    const age = (place: number) => this.#rows - (splits[place]?.position ?? 0);
    for (let i = splits.length - 2; i > 0; i--) {
      if (age(i - 1) <= this.#ratio * age(i + 1)) this.#removeSplit(i);
    }
    const [oldest] = splits;
    if (oldest === undefined || age(0) - this.#clock <= this.#window) return;
    this.#basePosition = oldest.position;
    for (const counts of [...splits.slice(1).map((split) => split.counts), this.#counts]) {
      for (let k = 0; k < counts.length; k++)
        counts[k] = (counts[k] as number) - (oldest.counts[k] as number);
    }
    this.#removeSplit(0);
    this.#bounds?.forget();
  }
}

/** Undefined where bounds cannot be had: each check then computes the evidence. */
function openBounds(placed: PlacedTables, room: number): SplitBounds | undefined {
  try {
    return new SplitBounds(placed, room);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Outcomes that a cell has had. */
function outcomesOf(first: number, categories: number, now: Int32Array): number {
  let found = 0;
  for (let k = first; k < first + categories; k++) if ((now[k] as number) > 0) found++;
  return found;
}

/** Whether no row has come to a cell. */
function isSame(first: number, categories: number, before: Int32Array, now: Int32Array): boolean {
  for (let k = first; k < first + categories; k++) if (before[k] !== now[k]) return false;
  return true;
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
