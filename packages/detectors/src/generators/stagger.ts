import { type Concept, requireVariant } from './concept.ts';

/**
 * STAGGER (Schlimmer and Granger, Machine Learning 1, 1986): size, colour and shape, three
 * categories each.
 *
 * @param variant Class 1 is 0: small and red; 1: green or circular; 2: medium or large.
 */
export function stagger(variant: number): Concept {
  requireVariant('STAGGER', variant, 3);
  return {
    width: 3,
    classes: 2,
    categories: [3, 3, 3],
    draw(random, features) {
      const size = random.integer(3);
      const colour = random.integer(3);
      const shape = random.integer(3);
      features[0] = size;
      features[1] = colour;
      features[2] = shape;
      const rules = [size === 0 && colour === 0, colour === 1 || shape === 0, size > 0];
      return rules[variant] === true ? 1 : 0;
    },
  };
}
