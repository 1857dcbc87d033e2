import { mix32 } from './mix32.ts';

/** More of a text says little more, and would make one row cost as much as thousands. */
const MOST_CHARACTERS = 10_000;
const MOST_LETTERS = 40;

/** Letters and digits; of scripts that write no spaces, each sign is a word. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{N}\p{M}]+/gu;

/** The different words of a text, in small letters. */
export function wordsOf(text: string): Set<string> {
  const words = new Set<string>();
  for (const [word] of text.slice(0, MOST_CHARACTERS).toLowerCase().matchAll(WORD))
    words.add(word.length > MOST_LETTERS ? word.slice(0, MOST_LETTERS).toWellFormed() : word);
  return words;
}

/** Which of `count` bins a word belongs to: FNV-1a over its UTF-16 units, mixed. */
export function wordBin(word: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return mix32(hash) % count;
}
