export type { DecisionParts, LeftAlone } from './decide.ts';
export { discardLetters } from './discard.ts';
export { lettersAt, openLetters, type ShownLetter, showLetter } from './letters.ts';
export { type Place, placeOf, placeText } from './place.ts';
export type { Fields } from './record.ts';
export { resendLetters } from './resend.ts';
export { turnsOf } from './turns.ts';
