import { createRandom } from '@driftloop/stats';
import { type Concept, numeric, requireShare } from './concept.ts';

/**
 * A hyperplane through the middle of the unit cube (Hulten, Spencer and Domingos, KDD 2001): class
 * 1 on the side that its random weights point to. Moving the weights turns it, which is the usual
 * example of incremental change.
 *
 * @param seed Of the weights: another seed is another concept. @param options.width @default 10
 *   @param options.noise Share of flipped labels. @default 0
 */
export function hyperplane(
  seed: number,
  options: { readonly width?: number; readonly noise?: number } = {},
): Concept {
  const { width = 10, noise = 0 } = options;
  requireShare('Hyperplane', 'noise', noise);
  const random = createRandom(`hyperplane ${seed}`);
  return withWeights(
    Float64Array.from({ length: width }, () => random.uniform()),
    noise,
  );
}

interface Hyperplane extends Concept {
  readonly weights: Float64Array;
}

function withWeights(weights: Float64Array, noise: number): Hyperplane {
  const width = weights.length;
  const half = weights.reduce((a, b) => a + b, 0) / 2;
  return {
    weights,
    width,
    classes: 2,
    categories: numeric(width),
    draw(random, features) {
      let sum = 0;
      for (let i = 0; i < width; i++) {
        const x = random.uniform();
        features[i] = x;
        sum += x * (weights[i] ?? 0);
      }
      const label = sum >= half ? 1 : 0;
      return random.uniform() < noise ? 1 - label : label;
    },
    towards: (other, share) =>
      isHyperplane(other)
        ? withWeights(
            weights.map((w, i) => w + share * ((other.weights[i] ?? w) - w)),
            noise,
          )
        : other,
  };
}

function isHyperplane(concept: Concept): concept is Hyperplane {
  return 'weights' in concept;
}
