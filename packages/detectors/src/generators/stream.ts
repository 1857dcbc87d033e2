import { DriftloopError } from '@driftloop/errors';
import { createRandom, type Random } from '@driftloop/stats';
import type { Concept } from './concept.ts';

/** How one concept gives way to the next. */
export type ChangeKind = 'abrupt' | 'gradual' | 'incremental';

/** A change of concept. */
export interface Change {
  readonly kind: ChangeKind;
  /** Row of the change: for a gradual one its middle, for an incremental one its first row. */
  readonly at: number;
  /** Rows that a gradual or incremental change takes. @default 1000 */
  readonly length?: number;
  /**
   * Index of the concept that follows; naming an earlier one makes it recur.
   * @default the next one
   */
  readonly to?: number;
}

/** A labelled stream that can be drawn again from its seed. */
export interface Stream {
  readonly width: number;
  readonly classes: number;
  /** Per feature the number of its categories, 0 for a number. */
  readonly categories: readonly number[];
  /** Rows drawn so far. */
  readonly position: number;
  /** Draws the next row: fills `features` (length `width`) and returns its class. */
  next(features: Float64Array): number;
  /** Draws `count` rows, row-major. */
  take(count: number): { features: Float32Array; labels: Float32Array };
}

/**
 * A stream of rows from concepts that change.
 *
 * Gradual change draws each row from the new concept with chance 1 / (1 + e^(−4 (t − at) / length))
 * (MOA's ConceptDriftStream); incremental change moves the concept itself, step by step; a concept
 * recurs where a change names an earlier one.
 *
 * @param concepts At least one, of the same width and classes. @param changes In ascending order of
 *   `at`. @default none
 * @throws CONFIG_INVALID if concepts do not fit each other, changes do not ascend, or a concept has
 *   nothing between it and the next.
 */
export function createStream(options: {
  readonly concepts: readonly Concept[];
  readonly changes?: readonly Change[];
  readonly seed: number | string;
}): Stream {
  return new ConceptStream(options.concepts, options.changes ?? [], createRandom(options.seed));
}

const STEPS = 100;

class ConceptStream implements Stream {
  readonly width: number;
  readonly classes: number;
  readonly categories: readonly number[];
  readonly #concepts: readonly Concept[];
  readonly #changes: readonly Change[];
  readonly #random: Random;
  #position = 0;
  #current: Concept;
  #next = 0;
  #step = 0;
  #between: Concept;

  constructor(concepts: readonly Concept[], changes: readonly Change[], random: Random) {
    const [first] = concepts;
    if (first === undefined) throw invalid('A stream needs at least one concept.');
    for (const { width, classes } of concepts) {
      if (width !== first.width || classes !== first.classes)
        throw invalid('All concepts need the same width and classes.');
    }
    this.width = first.width;
    this.classes = first.classes;
    this.categories = first.categories;
    this.#concepts = concepts;
    this.#changes = changes;
    this.#random = random;
    this.#current = first;
    this.#between = first;
    checkChanges(concepts, changes);
  }

  get position(): number {
    return this.#position;
  }

  next(features: Float64Array): number {
    const concept = this.#conceptNow();
    this.#position++;
    return concept.draw(this.#random, features);
  }

  take(count: number): { features: Float32Array; labels: Float32Array } {
    const row = new Float64Array(this.width);
    const features = new Float32Array(count * this.width);
    const labels = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      labels[i] = this.next(row);
      features.set(row, i * this.width);
    }
    return { features, labels };
  }

  #conceptNow(): Concept {
    const change = this.#changes[this.#next];
    if (change === undefined) return this.#current;
    const target = this.#concepts[change.to ?? this.#next + 1] ?? this.#current;
    const length = change.length ?? 1000;
    switch (change.kind) {
      case 'abrupt':
        return this.#position >= change.at ? this.#finish(target) : this.#current;
      case 'gradual': {
        const distance = this.#position - change.at;
        // Beyond two lengths the chance of the other concept is below 1 in 2,980; the change is
        // over.
        if (distance >= 2 * length) return this.#finish(target);
        if (distance < -2 * length) return this.#current;
        return this.#random.uniform() < 1 / (1 + Math.exp((-4 * distance) / length)) ? target : this.#current;
      }
      case 'incremental': {
        const share = (this.#position - change.at) / length;
        if (share >= 1) return this.#finish(target);
        if (share < 0) return this.#current;
        const step = Math.floor(share * STEPS) + 1;
        if (step !== this.#step) {
          this.#step = step;
          this.#between = this.#current.towards?.(target, step / STEPS) ?? target;
        }
        return this.#between;
      }
    }
  }

  #finish(target: Concept): Concept {
    this.#current = target;
    this.#next++;
    this.#step = 0;
    return this.#conceptNow();
  }
}

function checkChanges(concepts: readonly Concept[], changes: readonly Change[]): void {
  let from = concepts[0];
  for (const [i, change] of changes.entries()) {
    const to = change.to ?? i + 1;
    const target = concepts[to];
    if (target === undefined)
      throw invalid(`Change ${i} leads to concept ${to}; there are ${concepts.length}.`);
    if (!(change.at >= (changes[i - 1]?.at ?? 0)) || !((change.length ?? 1) > 0)) {
      throw invalid(`Change ${i} must come after the one before it and take at least one row.`);
    }
    if (change.kind === 'incremental' && from?.towards === undefined) {
      throw invalid(
        `Change ${i} is incremental, but there is nothing between these concepts; make it abrupt or gradual.`,
      );
    }
    from = target;
  }
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('CONFIG_INVALID', message);
}
