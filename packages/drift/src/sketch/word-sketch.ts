import { type TextLayout, WORD_BITS } from '../layout/input-layout.ts';
import type { FeatureSums } from './feature-sums.ts';
import { wordBin, wordsOf } from './words.ts';

/**
 * Prepares the counts of a text's words: in how many rows each known word is, then of each bin in
 * how many rows one of its words is, then the letters of these as sums of bits. From these sums the
 * word that most rows of a bin have can be read (as heavy hitters are found by group testing,
 * Cormode and Muthukrishnan 2005), and they merge as all sums do.
 *
 * @param at the text's slot in a row
 */
export function wordSketches({ words, others }: TextLayout, at: number): () => FeatureSums {
  const cells = cellsOf({ words, others });
  const bits = words.length + others;
  return () => {
    const sums = new Float64Array(bits + others * WORD_BITS);
    return {
      add(features, offset, _rank, texts) {
        const place = features[offset + at];
        if (place === undefined || !Number.isFinite(place)) return;
        for (const [cell, word] of cells(texts[place] ?? '')) {
          sums[cell] = (sums[cell] ?? 0) + 1;
          if (cell >= words.length) addLetters(sums, bits + (cell - words.length) * WORD_BITS, word);
        }
      },
      vector: () => sums,
    };
  };
}

/** The cells that a text counts in, each once, with the word that is first in it. */
export function cellsOf({
  words,
  others,
}: Pick<TextLayout, 'words' | 'others'>): (text: string) => ReadonlyMap<number, string> {
  const known = new Map(words.map((word, cell) => [word, cell]));
  return (text) => {
    const cells = new Map<number, string>();
    for (const word of wordsOf(text)) {
      const cell = known.get(word) ?? words.length + wordBin(word, others);
      if (!cells.has(cell)) cells.set(cell, word);
    }
    return cells;
  };
}

const ENCODER = new TextEncoder();
const LETTERS = new Uint8Array(WORD_BITS / 8);

function addLetters(sums: Float64Array, at: number, word: string): void {
  LETTERS.fill(0);
  ENCODER.encodeInto(word, LETTERS);
  for (let bit = 0; bit < WORD_BITS; bit++) {
    if (((LETTERS[bit >> 3] ?? 0) >> (bit & 7)) & 1) sums[at + bit] = (sums[at + bit] ?? 0) + 1;
  }
}

/** Rows of a bin that must have the same letters, for these to be those of a word. */
const CLEAR = 0.6;

/**
 * The word that most rows of a bin have, by the sums of its bits: its beginning where it is longer
 * than eight bytes; undefined where no word is in most of them.
 */
export function frequentWord(bits: ArrayLike<number>, rows: number): string | undefined {
  const letters = new Uint8Array(WORD_BITS / 8);
  for (let bit = 0; bit < WORD_BITS; bit++) {
    const share = (bits[bit] ?? 0) / rows;
    if (!(Math.max(share, 1 - share) >= CLEAR)) return undefined;
    if (share > 0.5) letters[bit >> 3] = (letters[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  const end = letters.indexOf(0);
  const word = new TextDecoder().decode(end < 0 ? letters : letters.subarray(0, end));
  // A letter that is cut off, or letters of several words.
  const whole = word.replace(/\ufffd+$/, '');
  if (whole === '' || /[^\p{L}\p{N}\p{M}]/u.test(whole)) return undefined;
  return end < 0 ? `${whole}…` : whole;
}
