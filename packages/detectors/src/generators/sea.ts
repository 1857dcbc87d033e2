import { type Concept, numeric, requireShare, requireVariant } from './concept.ts';

const THRESHOLDS = [8, 9, 7, 9.5];

/**
 * SEA (Street and Kim, KDD 2001): three numbers in [0, 10), class 1 where the first two add up to
 * more than a threshold; the third says nothing.
 *
 * @param variant Threshold 8, 9, 7 or 9.5. @param options.noise Share of flipped labels. @default 0
 */
export function sea(variant: number, options: { readonly noise?: number } = {}): Concept {
  requireVariant('SEA', variant, THRESHOLDS.length);
  const noise = options.noise ?? 0;
  requireShare('SEA', 'noise', noise);
  return withThreshold(THRESHOLDS[variant] ?? 8, noise);
}

interface Sea extends Concept {
  readonly threshold: number;
}

function withThreshold(threshold: number, noise: number): Sea {
  return {
    threshold,
    width: 3,
    classes: 2,
    categories: numeric(3),
    draw(random, features) {
      for (let i = 0; i < 3; i++) features[i] = 10 * random.uniform();
      const label = (features[0] ?? 0) + (features[1] ?? 0) > threshold ? 1 : 0;
      return random.uniform() < noise ? 1 - label : label;
    },
    towards: (other, share) =>
      isSea(other) ? withThreshold(threshold + share * (other.threshold - threshold), noise) : other,
  };
}

function isSea(concept: Concept): concept is Sea {
  return 'threshold' in concept;
}
