import { createRandom } from '@driftloop/stats';
import { sobolPoints } from './sobol.ts';
import type { ParameterValue, Range, Study } from './study.ts';

/** Values of all parameters, by dotted path. */
export type Sample = Readonly<Record<string, ParameterValue>>;

/**
 * The samples of a study that was checked, in order: a function of the file alone.
 */
export function samplesOf({ design, parameters }: Pick<Study, 'design' | 'parameters'>): Sample[] {
  const names = Object.keys(parameters);
  if (design.kind === 'grid') return gridOf(parameters);
  const { samples = 0, seed = 1 } = design;
  const points = pointsOf(design.kind, samples, names.length, seed);
  return points.map((point) =>
    Object.fromEntries(names.map((name, i) => [name, valueAt(parameters[name] ?? [], point[i] ?? 0)])),
  );
}

function pointsOf(
  kind: Study['design']['kind'],
  count: number,
  dimensions: number,
  seed: number,
): number[][] {
  const random = createRandom(seed);
  switch (kind) {
    case 'sobol':
      return sobolPoints(count, dimensions);
    case 'latinHypercube': {
      const columns = Array.from({ length: dimensions }, () => {
        const strata = Array.from({ length: count }, (_, i) => i);
        random.shuffle(strata);
        return strata.map((stratum) => (stratum + random.uniform()) / count);
      });
      return Array.from({ length: count }, (_, row) => columns.map((column) => column[row] ?? 0));
    }
    default:
      return Array.from({ length: count }, () => Array.from({ length: dimensions }, () => random.uniform()));
  }
}

function gridOf(parameters: Study['parameters']): Sample[] {
  let samples: Record<string, ParameterValue>[] = [{}];
  for (const [name, given] of Object.entries(parameters)) {
    const values = Array.isArray(given) ? given : stepsOf(given);
    samples = samples.flatMap((sample) => values.map((value) => ({ ...sample, [name]: value })));
  }
  return samples;
}

function stepsOf(range: Range): number[] {
  const steps = range.steps ?? 2;
  const values = Array.from({ length: steps }, (_, i) => numberAt(range, i / (steps - 1)));
  return [...new Set(values)];
}

/** @param place from 0 to 1 */
function valueAt(given: Study['parameters'][string], place: number): ParameterValue {
  if (!Array.isArray(given)) return numberAt(given, place);
  return given[Math.min(given.length - 1, Math.floor(place * given.length))] ?? null;
}

function numberAt({ from, to, log = false, whole = false }: Range, place: number): number {
  const value = log ? from * (to / from) ** place : from + (to - from) * place;
  return whole ? Math.round(value) : Number(value.toPrecision(12));
}
