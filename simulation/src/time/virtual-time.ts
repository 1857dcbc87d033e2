/**
 * Who an event happens to: it is dropped when they are gone, and kept for later while they do not
 * run.
 */
export interface Owner {
  /**
   * @returns whether the event may happen now; an owner that keeps it for later calls `run` itself
   */
  admits(run: () => void): boolean;
}

/** Something that is going to happen. */
export interface Entry {
  readonly at: number;
  readonly sequence: number;
  readonly owner: Owner | undefined;
  run: (() => void) | undefined;
}

/** After so many events the real event loop gets a turn. */
const TURN = 20_000;

/**
 * Time that passes only from event to event. What happens at the same moment happens in the order
 * in which it was asked for, and everything that an event leads to without waiting (all microtasks)
 * is done before the next one: so a run is a function of what is scheduled.
 */
export class VirtualTime {
  #nowMs = 0;
  #sequence = 0;
  #heap: Entry[] = [];
  #stopped = false;
  /** Events that have happened. */
  events = 0;

  /** Milliseconds since the run began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Asks for something to happen after `delayMs`. */
  after(delayMs: number, owner: Owner | undefined, run: () => void): Entry {
    const entry: Entry = {
      at: this.#nowMs + Math.max(0, delayMs),
      sequence: this.#sequence++,
      owner,
      run,
    };
    this.#push(entry);
    return entry;
  }

  /** Takes an event back. */
  cancel(entry: Entry | undefined): void {
    if (entry) entry.run = undefined;
  }

  /** Ends `run` after the event that calls it. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Lets events happen until `stop` is called, or none is left.
   *
   * @returns 'stopped' or 'empty'
   * @throws what an event throws
   */
  run(): Promise<'stopped' | 'empty'> {
    this.#stopped = false;
    return new Promise((resolve, reject) => {
      const step = () => {
        try {
          if (this.#stopped) return resolve('stopped');
          const entry = this.#pop();
          if (!entry) return resolve('empty');
          this.#nowMs = entry.at;
          const { run, owner } = entry;
          if (run && (!owner || owner.admits(run))) {
            this.events++;
            run();
          }
        } catch (error) {
          return reject(error);
        }
        // A tick that is asked for by a microtask comes when all microtasks are done.
        if (this.events % TURN === TURN - 1) setImmediate(step);
        else queueMicrotask(() => process.nextTick(step));
      };
      setImmediate(step);
    });
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!isBefore(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    // What was taken back is not worth an event.
    for (;;) {
      const first = heap[0];
      const last = heap.pop();
      if (!first || !last) return undefined;
      if (heap.length > 0) this.#sink(last);
      if (first.run) return first;
    }
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    const { length } = heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (!isBefore(heap[child] as Entry, entry)) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = entry;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}
