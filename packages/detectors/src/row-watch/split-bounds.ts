import { STEP, STEP_FIELDS } from './bound-kernel.ts';
import { type BoundMemory, boundMemory } from './bound-memory.ts';
import type { PlacedTable, PlacedTables } from './count-tables.ts';

/** A possible change point. */
export interface Split {
  /** Rows before it. */
  readonly position: number;
  /** Counts of all tables before it, since the base. */
  readonly counts: Int32Array;
  /** Its column among the bounds. */
  readonly column: number;
}

/** Rows whose steps are kept until they are taken together. */
const ROWS_AT_ONCE = 8;
/** Of a column without a change point: nothing has come to any cell since. */
const NEVER = 2 ** 31 - 1;
/** A smaller rise is none: products of float32 round. Where rates are as near, E is below 1. */
const LEAST_RISE = 1 - 1e-6;
/** Cells have E and a factor beside their counts and how many rows these are. */
const BESIDE_COUNTS = 3;

/**
 * What the products of each possible change point are, about: kept up to date row by row, in
 * float32, four change points at a time (`boundModule`). Each step errs by a millionth at most, so
 * they are within a hundredth for thousands of rows after {@link renew}.
 *
 * Change points have columns. Of one cell, what is kept of all columns lies side by side.
 */
export class SplitBounds {
  readonly #placed: PlacedTables;
  /** Columns. */
  readonly room: number;
  readonly #memory: BoundMemory;
  readonly #floats: Float32Array;
  readonly #integers: Int32Array;
  /**
   * First elements of the columns' means, the tables' shares, their products, the cells, and of the
   * steps for tables of any change and of rises.
   */
  readonly #means: number;
  readonly #shares: number;
  readonly #products: number;
  readonly #cells: number;
  readonly #steps: Readonly<Record<'any' | 'rise', number>>;
  /** By cell: its rows, outcomes that they had, and before which check one last came to it. */
  readonly #rows: Int32Array;
  readonly #found: Int32Array;
  readonly #touched: Int32Array;
  /** By count: before which check one last came to it. */
  readonly #seen: Int32Array;
  #check = 1;
  #isCurrent = false;
  /** Ends of the steps that are kept, and of how many rows these are. */
  #any = 0;
  #rise = 0;
  #rowsKept = 0;
  /** Columns up to the last one in use, in fours. */
  #used = 0;

  /** @throws RangeError where there is no memory or no WebAssembly */
  constructor(placed: PlacedTables, room: number) {
    const tables = placed.tables.length;
    const steps = tables * STEP_FIELDS * ROWS_AT_ONCE;
    this.#means = room;
    this.#shares = this.#means + room;
    this.#products = this.#shares + 4 * Math.ceil(tables / 4);
    this.#cells = this.#products + tables * room;
    const any = this.#cells + (placed.counts + BESIDE_COUNTS * placed.cells) * room;
    this.#steps = { any, rise: any + steps };
    const elements = any + 2 * steps;
    const memory = boundMemory(4 * elements, this);
    if (!memory) throw new RangeError('There is no linear memory.');
    this.#memory = memory;
    this.#floats = new Float32Array(memory.buffer, memory.address, elements);
    this.#integers = new Int32Array(memory.buffer, memory.address, elements);
    this.#placed = placed;
    this.room = room;
    this.#rows = new Int32Array(placed.cells);
    this.#found = new Int32Array(placed.cells);
    this.#touched = new Int32Array(placed.cells);
    placed.tables.forEach(({ share }, t) => {
      this.#floats[this.#shares + t] = share;
    });
    this.#seen = new Int32Array(placed.counts);
    this.clear();
  }

  /** Whether the products are those of the rows so far; else {@link renew} makes them so. */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  /** What is known is of no more use. */
  forget(): void {
    this.#isCurrent = false;
    this.#forgetSteps();
  }

  /** Forgets all change points, too. */
  clear(): void {
    this.forget();
    this.#integers.fill(NEVER, 0, this.room);
    this.#used = 0;
  }

  /** A column for a change point after the rows so far; undefined where there is no room. */
  openColumn(): number | undefined {
    // The first ones first, so that few are in use.
    const column = this.#integers.subarray(0, this.room).indexOf(NEVER);
    if (column < 0) return undefined;
    this.#integers[column] = this.#check++;
    this.#used = Math.max(this.#used, 4 * Math.ceil((column + 1) / 4));
    for (let at = this.#products + column; at < this.#cells; at += this.room) this.#floats[at] = 1;
    return column;
  }

  closeColumn(column: number): void {
    const born = this.#integers;
    born[column] = NEVER;
    const isFree = (from: number) => [0, 1, 2, 3].every((i) => born[from + i] === NEVER);
    while (this.#used > 0 && isFree(this.#used - 4)) this.#used -= 4;
  }

  /**
   * Takes a row before it is counted. Hot.
   * @param indices see SplitEvidence.add
   */
  add(indices: Int32Array, counts: Int32Array): void {
    if (!this.#isCurrent) return;
    const { tables, firstOf } = this.#placed;
    const room = this.room;
    const check = this.#check;
    const [rowsOf, foundIn, touched, seen] = [this.#rows, this.#found, this.#touched, this.#seen];
    const [integers, floats] = [this.#integers, this.#floats];
    const [address, products, cells] = [this.#memory.address, this.#products, this.#cells];
    let any = this.#any;
    let rises = this.#rise;
    for (let t = 0; t < tables.length; t++) {
      const index = indices[t] as number;
      if (index < 0) continue;
      const { offset, firstCell, categories, spread, rise, isConditional } = tables[t] as PlacedTable;
      const isTwo = categories === 2;
      const inTable = isTwo ? index >> 1 : Math.floor(index / categories);
      const outcome = index - inTable * categories;
      const cell = firstCell + inTable;
      const count = offset + index;
      const own = counts[count] as number;
      const rows = rowsOf[cell] as number;
      const other = rows - own;
      const found = foundIn[cell] as number;
      const plane = cells + ((firstOf[cell] as number) + BESIDE_COUNTS * cell) * room;
      const at = rise ? rises : any;
      integers[at + STEP.outcome] = address + 4 * (plane + outcome * room);
      integers[at + STEP.total] = address + 4 * (plane + categories * room);
      integers[at + STEP.product] = address + 4 * (products + t * room);
      integers[at + STEP.touched] = touched[cell] as number;
      integers[at + STEP.seen] = seen[count] as number;
      floats[at + STEP.rows] = rows;
      floats[at + STEP.spread] = spread;
      if (isTwo) {
        floats[at + STEP.gain] = (rows + 1) / (own + 1);
        floats[at + STEP.fewerBefore] = Math.min(own, other);
        floats[at + STEP.fewerAfter] = Math.min(own + 1, other);
        floats[at + STEP.prior] = 1;
        floats[at + STEP.fresh] = 0;
      } else {
        const isNew = isConditional && own === 0;
        floats[at + STEP.gain] = (rows + (isConditional ? 1 : categories)) / (own + 1);
        floats[at + STEP.fewerBefore] = 0;
        floats[at + STEP.fewerAfter] = 0;
        floats[at + STEP.prior] = isConditional ? found + Number(isNew) : categories;
        floats[at + STEP.fresh] = isNew && found > 0 ? 1 / found : 0;
      }
      if (rise) {
        floats[at + STEP.own] = outcome === 1 ? LEAST_RISE * other : -other;
        floats[at + STEP.other] = outcome === 1 ? own + 1 : -LEAST_RISE * (own + 1);
        rises += STEP_FIELDS;
      } else any += STEP_FIELDS;
      rowsOf[cell] = rows + 1;
      if (own === 0) foundIn[cell] = found + 1;
      touched[cell] = check;
      seen[count] = check;
    }
    this.#any = any;
    this.#rise = rises;
    if (++this.#rowsKept === ROWS_AT_ONCE) this.#takeSteps();
  }

  /** Σ rows between change points · Σ share · product, about; infinite where it cannot be said. */
  sum(splits: readonly Split[], basePosition: number): number {
    this.#takeSteps();
    const { average } = this.#memory;
    const [means, shares, products] = [this.#means, this.#shares, this.#products];
    average(
      this.#addressOf(shares),
      this.#addressOf(shares + this.#placed.tables.length),
      this.#addressOf(products),
      this.#addressOf(means),
      4 * this.room,
    );
    let sum = 0;
    let before = basePosition;
    for (const { position, column } of splits) {
      sum += (position - before) * (this.#floats[means + column] as number);
      before = position;
    }
    return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY;
  }

  /**
   * Works out everything afresh.
   *
   * @param counts of all rows so far
   * @param evidenceOf E of a cell and a change point that rows have come to since, and whether it
   *   counts
   */
  renew(
    splits: readonly Split[],
    counts: Int32Array,
    evidenceOf: (cell: number, table: PlacedTable, split: Split) => { e: number; counts: boolean },
  ): void {
    this.forget();
    this.#isCurrent = true;
    const { tables, firstOf, tableOf } = this.#placed;
    for (let at = this.#products; at < this.#cells; at++) this.#floats[at] = 1;
    for (let cell = 0; cell < this.#placed.cells; cell++) {
      const t = tableOf[cell] as number;
      const table = tables[t] as PlacedTable;
      const first = firstOf[cell] as number;
      // Nothing has come to the others, whatever is held of them.
      if (!this.#countCell(cell, first, table.categories, counts)) continue;
      for (const split of splits) {
        const total = this.#countAfter(cell, first, table.categories, counts, split);
        const { e, counts: does } = total === 0 ? NOTHING : evidenceOf(cell, table, split);
        const factor = does ? 1 - table.spread + table.spread * e : 1;
        const at = this.#planeOf(cell) + table.categories * this.room + split.column;
        this.#floats[at] = total;
        this.#floats[at + this.room] = e;
        this.#floats[at + 2 * this.room] = factor;
        const product = this.#products + t * this.room + split.column;
        this.#floats[product] = (this.#floats[product] as number) * factor;
      }
    }
  }

  #countCell(cell: number, first: number, categories: number, counts: Int32Array): boolean {
    let rows = 0;
    let found = 0;
    for (let k = first; k < first + categories; k++) {
      const count = counts[k] as number;
      rows += count;
      if (count > 0) found++;
    }
    this.#seen.fill(rows > 0 ? this.#check : 0, first, first + categories);
    this.#rows[cell] = rows;
    this.#found[cell] = found;
    this.#touched[cell] = rows > 0 ? this.#check : 0;
    return rows > 0;
  }

  /** Writes down what came after a change point; returns how many rows that is. */
  #countAfter(cell: number, first: number, categories: number, counts: Int32Array, split: Split): number {
    const plane = this.#planeOf(cell) + split.column;
    let total = 0;
    for (let k = 0; k < categories; k++) {
      const after = (counts[first + k] as number) - (split.counts[first + k] as number);
      this.#floats[plane + k * this.room] = after;
      total += after;
    }
    return total;
  }

  #takeSteps(): void {
    const { takeSteps } = this.#memory;
    const { any, rise } = this.#steps;
    const [born, stride, used] = [this.#addressOf(0), 4 * this.room, 4 * this.#used];
    takeSteps.any(this.#addressOf(any), this.#addressOf(this.#any), born, stride, used);
    takeSteps.rise(this.#addressOf(rise), this.#addressOf(this.#rise), born, stride, used);
    this.#forgetSteps();
  }

  #forgetSteps(): void {
    this.#any = this.#steps.any;
    this.#rise = this.#steps.rise;
    this.#rowsKept = 0;
  }

  /** First element of what is kept of a cell. */
  #planeOf(cell: number): number {
    return this.#cells + ((this.#placed.firstOf[cell] as number) + BESIDE_COUNTS * cell) * this.room;
  }

  #addressOf(element: number): number {
    return this.#memory.address + 4 * element;
  }
}

/** E where no row has come since. */
const NOTHING = { e: 1, counts: true };
