import { allocateRows, copyRow } from '@driftloop/spec';
import type { Random } from '@driftloop/stats';
import type { Offer, ReplayMemory } from './replay-memory.ts';

/** Chooses which rows stay when a memory is offered new ones. */
export type Keep = 'reservoir' | 'classBalanced' | 'runBalanced' | 'runAndClassBalanced';

/**
 * Offers the rows of a training run to the memory and returns the memory after it. Only rows newer
 * than all that were offered before count, so that runs on overlapping windows do not remember the
 * same row twice.
 */
export function remember(memory: ReplayMemory, offer: Offer, keep: Keep, random: Random): ReplayMemory {
  const fresh = freshRows(memory, offer);
  const places = choosePlaces(memory, offer, fresh, keep, random);
  return rebuild(memory, offer, fresh, places, keep);
}

/**
 * Where a kept row comes from: 0 and up is a row of the memory, -1 and down is row -1 - place of
 * the offer.
 */
type Place = number;

function freshRows(memory: ReplayMemory, offer: Offer): number[] {
  const fresh: number[] = [];
  for (let row = 0; row < offer.rows.rows; row++) {
    if (offer.rows.eventTimes[row]! > memory.newestEventTime) fresh.push(row);
  }
  return fresh;
}

function choosePlaces(
  memory: ReplayMemory,
  offer: Offer,
  fresh: readonly number[],
  keep: Keep,
  random: Random,
): Place[] {
  const labelOf = (place: Place) =>
    place >= 0 ? memory.rows.labels[place]! : offer.rows.labels[-1 - place]!;
  const runOf = (place: Place) => (place >= 0 ? memory.origins[place]! : memory.runs + 1);
  switch (keep) {
    case 'reservoir':
      return reservoir(memory, fresh, random);
    case 'classBalanced':
      return balanced(memory, fresh, labelOf, memory.seenByClass, random);
    case 'runBalanced':
      return balanced(memory, fresh, runOf, new Map(), random);
    case 'runAndClassBalanced': {
      const groupOf = (place: Place) => `${runOf(place)}/${labelOf(place)}`;
      return balanced(memory, fresh, groupOf, new Map(), random);
    }
  }
}

/**
 * Algorithm R (Vitter 1985, "Random sampling with a reservoir"): every row ever offered is kept
 * with the same probability.
 */
function reservoir(memory: ReplayMemory, fresh: readonly number[], random: Random): Place[] {
  const places: Place[] = Array.from({ length: memory.rows.rows }, (_, row) => row);
  let { seen } = memory;
  for (const row of fresh) {
    seen++;
    if (places.length < memory.capacity) places.push(-1 - row);
    else {
      const slot = random.integer(seen);
      if (slot < memory.capacity) places[slot] = -1 - row;
    }
  }
  return places;
}

/**
 * Equal shares per group (class, training run, or both): while the memory is full, a row of the
 * largest group makes room (Chrysakis & Moens 2020, "Online continual learning from imbalanced
 * data", CBRS, algorithm 1). Within a group every row ever offered is kept with the same
 * probability.
 */
function balanced<Group extends number | string>(
  memory: ReplayMemory,
  fresh: readonly number[],
  groupOf: (place: Place) => Group,
  seenBefore: ReadonlyMap<Group, number>,
  random: Random,
): Place[] {
  // There is no row to make room where there is no room.
  if (memory.capacity === 0) return [];
  const groups = new Map<Group, Place[]>();
  const add = (place: Place) => {
    const places = groups.get(groupOf(place));
    if (places === undefined) groups.set(groupOf(place), [place]);
    else places.push(place);
  };
  for (let row = 0; row < memory.rows.rows; row++) add(row);
  const order = Uint32Array.from(fresh);
  random.shuffle(order);
  const offered = new Map(seenBefore);
  let size = memory.rows.rows;
  for (const row of order) {
    const place = -1 - row;
    const group = groupOf(place);
    const own = groups.get(group);
    const count = (offered.get(group) ?? 0) + 1;
    offered.set(group, count);
    if (size < memory.capacity) {
      add(place);
      size++;
      continue;
    }
    const largest = largestGroup(groups);
    if (own === undefined || own.length < largest.length) {
      largest.splice(random.integer(largest.length), 1);
      add(place);
    } else if (random.uniform() < own.length / count) {
      own[random.integer(own.length)] = place;
    }
  }
  return [...groups.values()].flat().sort((left, right) => storeOrder(left) - storeOrder(right));
}

/** Remembered rows first, then new ones, each in the order they came. */
function storeOrder(place: Place): number {
  return place >= 0 ? place : 2 ** 32 - place;
}

/** The group with the most rows; of equal ones the smallest by name. */
function largestGroup<Group extends number | string>(groups: ReadonlyMap<Group, Place[]>): Place[] {
  let largest: Place[] = [];
  let largestGroup: Group | undefined;
  for (const [group, places] of groups) {
    const isLarger = places.length > largest.length;
    if (!isLarger && (places.length < largest.length || (largestGroup !== undefined && group > largestGroup)))
      continue;
    largest = places;
    largestGroup = group;
  }
  return largest;
}

function rebuild(
  memory: ReplayMemory,
  offer: Offer,
  fresh: readonly number[],
  places: readonly Place[],
  keep: Keep,
): ReplayMemory {
  const outputWidth = offer.outputWidth ?? memory.outputWidth;
  const rows = allocateRows(places.length, memory.rows.width);
  const origins = new Uint32Array(places.length);
  const outputs = new Float32Array(places.length * outputWidth);
  const run = memory.runs + 1;
  places.forEach((place, at) => {
    const remembered = place >= 0;
    const row = remembered ? place : -1 - place;
    copyRow(remembered ? memory.rows : offer.rows, row, rows, at);
    // The weight a row had in its run says nothing about later ones.
    rows.weights[at] = 1;
    origins[at] = remembered ? memory.origins[row]! : run;
    const source = remembered ? memory.outputs : offer.outputs;
    if (source === undefined || source.length === 0) return;
    outputs.set(source.subarray(row * outputWidth, (row + 1) * outputWidth), at * outputWidth);
  });
  let { newestEventTime } = memory;
  for (const row of fresh) newestEventTime = Math.max(newestEventTime, offer.rows.eventTimes[row]!);
  const seenByClass = new Map(memory.seenByClass);
  if (keep === 'classBalanced') {
    for (const row of fresh) {
      const label = offer.rows.labels[row]!;
      seenByClass.set(label, (seenByClass.get(label) ?? 0) + 1);
    }
  }
  return {
    ...memory,
    seen: memory.seen + fresh.length,
    seenByClass,
    newestEventTime,
    rows,
    origins,
    outputs,
    outputWidth,
    runs: run,
  };
}
