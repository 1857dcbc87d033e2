import { type Concept, numeric, requireVariant } from './concept.ts';

/**
 * Two numbers in the unit square and a sine between the classes (Gama et al., SBIA 2004).
 *
 * @param variant Class 1 is 0: below sin x₂; 1: not below it; 2: below 0.5 + 0.3 sin 3πx₂; 3: not below it.
 */
export function sine(variant: number): Concept {
  requireVariant('Sine', variant, 4);
  return {
    width: 2,
    classes: 2,
    categories: numeric(2),
    draw(random, features) {
      const x = random.uniform();
      const y = random.uniform();
      features[0] = x;
      features[1] = y;
      const below = variant < 2 ? x < Math.sin(y) : x < 0.5 + 0.3 * Math.sin(3 * Math.PI * y);
      return below === (variant % 2 === 0) ? 1 : 0;
    },
  };
}
