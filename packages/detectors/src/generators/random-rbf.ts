import { createRandom } from '@driftloop/stats';
import { type Concept, numeric } from './concept.ts';

/** A cloud of rows of one class. */
interface Centroid {
  readonly center: Float64Array;
  readonly spread: number;
  readonly label: number;
  readonly weight: number;
}

/**
 * Radial basis functions (Kirkby 2007; MOA's RandomRBF): rows lie around random centroids in the
 * unit cube, each with a class, a weight and a spread; the direction from the centroid is uniform,
 * the distance normal.
 *
 * @param seed Of the centroids: another seed is another concept. @param options.centroids @default
 *   50 @param options.width @default 10 @param options.classes @default 2
 */
export function randomRbf(
  seed: number,
  options: { readonly centroids?: number; readonly width?: number; readonly classes?: number } = {},
): Concept {
  const { centroids = 50, width = 10, classes = 2 } = options;
  const random = createRandom(`rbf ${seed}`);
  return fromCentroids(
    width,
    classes,
    Array.from({ length: centroids }, (_, i) => ({
      center: Float64Array.from({ length: width }, () => random.uniform()),
      spread: random.uniform(),
      // The first centroids take the classes in turn, so that no class is without one.
      label: i < classes ? i : random.integer(classes),
      weight: random.uniform(),
    })),
  );
}

interface RandomRbf extends Concept {
  readonly centroids: readonly Centroid[];
}

function fromCentroids(width: number, classes: number, centroids: readonly Centroid[]): RandomRbf {
  let sum = 0;
  const cumulative = centroids.map(({ weight }) => {
    sum += weight;
    return sum;
  });
  return {
    centroids,
    width,
    classes,
    categories: numeric(width),
    draw(random, features) {
      const at = random.uniform() * sum;
      const centroid = centroids[cumulative.findIndex((upper) => at < upper)] ?? centroids[0];
      let norm = 0;
      for (let i = 0; i < width; i++) {
        const direction = 2 * random.uniform() - 1;
        features[i] = direction;
        norm += direction * direction;
      }
      const scale = ((centroid?.spread ?? 0) * random.normal()) / Math.sqrt(norm);
      for (let i = 0; i < width; i++) features[i] = (centroid?.center[i] ?? 0) + scale * (features[i] ?? 0);
      return centroid?.label ?? 0;
    },
    towards: (other, share) =>
      isRbf(other) ? fromCentroids(width, classes, moved(centroids, other.centroids, share)) : other,
  };
}

/** Centers move; classes, weights and spreads stay until the other concept is reached. */
function moved(from: readonly Centroid[], to: readonly Centroid[], share: number): Centroid[] {
  if (share >= 1) return [...to];
  return from.map((centroid, i) => ({
    ...centroid,
    center: centroid.center.map((x, k) => x + share * ((to[i]?.center[k] ?? x) - x)),
  }));
}

function isRbf(concept: Concept): concept is RandomRbf {
  return 'centroids' in concept;
}
