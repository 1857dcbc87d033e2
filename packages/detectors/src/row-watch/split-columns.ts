import type { PlacedTables } from './count-tables.ts';

/** Possible change points that there is room for at first. */
const FIRST_ROOM = 32;

/**
 * What is kept of each possible change point ("split"), cell by cell: of one cell that of all
 * splits lies side by side. What a split has of a cell that no row has come to since is not
 * written down before one does: it is what the cell has had all along.
 */
export class SplitColumns {
  readonly #placed: PlacedTables;
  /** Splits that there is room for; the distance from one count, cell or table to the next. */
  room = FIRST_ROOM;
  /** By count and split: counts of all tables up to it. */
  counts: Int32Array;
  /** By cell and split: what its counts up to it contribute to its log evidence. */
  before: Float64Array;
  /** By cell and split: about what the cell multiplies its table's evidence by. */
  factors: Float64Array;
  /** By table and split: the product of its cells' factors. */
  products: Float64Array;
  /** Columns of the splits, the oldest first. */
  readonly order: number[] = [];
  /** By column: rows before the split, and at which check it was made. */
  readonly positions: number[] = [];
  readonly born: number[] = [];
  readonly #free: number[] = [];

  constructor(placed: PlacedTables) {
    this.#placed = placed;
    this.counts = new Int32Array(placed.counts * this.room);
    this.before = new Float64Array(placed.cells * this.room);
    this.factors = new Float64Array(placed.cells * this.room);
    this.products = new Float64Array(placed.tables.length * this.room);
    this.#addFree(0);
  }

  /** Adds the newest split; returns its column. */
  add(position: number, check: number): number {
    if (this.#free.length === 0) this.#grow();
    const column = this.#free.pop() as number;
    this.positions[column] = position;
    this.born[column] = check;
    this.order.push(column);
    for (let t = 0; t < this.#placed.tables.length; t++) this.products[t * this.room + column] = 1;
    return column;
  }

  /** Removes the split at a place of the order. */
  removeAt(place: number): void {
    this.#free.push(...this.order.splice(place, 1));
  }

  clear(): void {
    this.#free.push(...this.order.splice(0));
  }

  /** A copy of a split's counts; all of them must be written down. */
  countsOf(column: number): Int32Array {
    return Int32Array.from(
      { length: this.#placed.counts },
      (_, k) => this.counts[k * this.room + column] ?? 0,
    );
  }

  #addFree(from: number): void {
    for (let column = this.room - 1; column >= from; column--) this.#free.push(column);
  }

  #grow(): void {
    const room = 2 * this.room;
    this.counts = widened(this.counts, new Int32Array(2 * this.counts.length), this.room);
    this.before = widened(this.before, new Float64Array(2 * this.before.length), this.room);
    this.factors = widened(this.factors, new Float64Array(2 * this.factors.length), this.room);
    this.products = widened(this.products, new Float64Array(2 * this.products.length), this.room);
    const from = this.room;
    this.room = room;
    this.#addFree(from);
  }
}

function widened<A extends Int32Array | Float64Array>(from: A, to: A, room: number): A {
  for (let start = 0; start < from.length; start += room)
    to.set(from.subarray(start, start + room), 2 * start);
  return to;
}
