import { type Concept, requireShare, requireVariant } from './concept.ts';

/** Segments of a seven-segment display that are lit, per digit. */
const DIGITS: readonly string[] = [
  '1110111',
  '0010010',
  '1011101',
  '1011011',
  '0111010',
  '1101011',
  '1101111',
  '1010010',
  '1111111',
  '1111011',
];
const WIDTH = 24;

/**
 * LED (Breiman et al., Classification and Regression Trees, 1984): a digit's seven segments and 17 random lights.
 *
 * @param variant How many segments have changed places with a random light, 0 to 7. @param options.noise Chance that a segment is
 * wrong. @default 0.1
 */
export function led(variant: number, options: { readonly noise?: number } = {}): Concept {
  requireVariant('LED', variant, 8);
  const noise = options.noise ?? 0.1;
  requireShare('LED', 'noise', noise);
  return {
    width: WIDTH,
    classes: 10,
    categories: new Array<number>(WIDTH).fill(2),
    draw(random, features) {
      const digit = random.integer(10);
      const segments = DIGITS[digit] ?? '';
      for (let i = 0; i < WIDTH; i++) features[i] = random.integer(2);
      for (let i = 0; i < 7; i++) {
        const lit = segments.charCodeAt(i) - 48;
        // A segment that has moved is found seven lights further on; its old place keeps a random light.
        features[i < variant ? i + 7 : i] = random.uniform() < noise ? 1 - lit : lit;
      }
      return digit;
    },
  };
}
