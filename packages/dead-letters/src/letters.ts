import type { Bus } from '@driftloop/bus';
import { DriftloopError, ERRORS, isErrorCode, type Refusal, refusalOf } from '@driftloop/errors';
import {
  type LetterFilter,
  type LetterWithBytes,
  letters,
  lettersWithBytes,
  type StoredLetter,
  type Warehouse,
} from '@driftloop/warehouse';
import { type Place, placeText } from './place.ts';
import { jsonOf } from './record.ts';

/** A dead letter with the bytes of its record. */
export type Letter = LetterWithBytes;

/** A dead letter as a person looks at it. */
export interface ShownLetter {
  readonly letter: Letter;
  /** Its record, as JSON has it; undefined where it cannot be read. */
  readonly record?: unknown;
  /** Why it cannot be read. */
  readonly unreadable?: Refusal;
  readonly whatToDo: string;
}

const MOST = 100_000;

/**
 * Dead letters by where their records were, all of them.
 *
 * @throws DriftloopError NOT_FOUND naming those that there are none of (yet); WAREHOUSE_UNAVAILABLE
 */
export async function lettersAt(warehouse: Warehouse, places: readonly Place[]): Promise<Letter[]> {
  const found = await lettersWithBytes(warehouse, { places }, MOST);
  const known = new Set(found.map(placeText));
  const unknown = places.map(placeText).filter((text) => !known.has(text));
  if (unknown.length === 0) return found;
  throw new DriftloopError(
    'NOT_FOUND',
    `There is no dead letter ${unknown.slice(0, 5).join(', ')}${unknown.length > 5 ? ', …' : ''}. \`driftloop dead-letters list\` shows them; a new one is there after some seconds.`,
  );
}

/**
 * Open dead letters that a filter lets through, at most 100,000, in the order in which their
 * records came.
 */
export async function openLetters(warehouse: Warehouse, filter: LetterFilter): Promise<StoredLetter[]> {
  const found = await letters(warehouse, { ...filter, state: 'open' }, MOST);
  return found.sort(
    (a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition || a.offset - b.offset,
  );
}

/**
 * A dead letter with its record, read.
 *
 * @throws DriftloopError NOT_FOUND; WAREHOUSE_UNAVAILABLE, REGISTRY_UNAVAILABLE
 */
export async function showLetter(
  { bus, warehouse }: { readonly bus: Bus; readonly warehouse: Warehouse },
  place: Place,
): Promise<ShownLetter> {
  const [letter] = await lettersAt(warehouse, [place]);
  if (letter === undefined) throw new Error('a letter that was found is gone');
  const whatToDo = whatToDoAbout(letter);
  if (letter.value === null) return { letter, whatToDo };
  try {
    const { value } = await bus.decode(letter.topic, letter);
    return { letter, record: jsonOf(value), whatToDo };
  } catch (error) {
    if (!(error instanceof DriftloopError) || error.retriable) throw error;
    return { letter, unreadable: refusalOf(error), whatToDo };
  }
}

/** What to do about a dead letter: what its code says. */
function whatToDoAbout({ code }: Pick<Letter, 'code'>): string {
  return isErrorCode(code) ? ERRORS[code].whatToDo : 'See the reason.';
}
