import type { DriftSketch } from '@driftloop/schemas';
import type { Models } from '../chunks/context.ts';
import { type Concluded, createHistory } from '../history/history.ts';
import { collect, nothing } from './collected.ts';
import type { ReplayInput } from './replay.ts';
import { contextOf } from './replay-context.ts';

/** A slice of history as the drift services have sketched it. */
export interface SketchReplayInput extends Pick<ReplayInput, 'spec' | 'versions'> {
  readonly live: NonNullable<ReplayInput['live']>;
  /** Records of drift.sketches, those of each of its partitions in their order; notes too. */
  readonly sketches: Iterable<DriftSketch>;
}

/**
 * What the ensemble says of sketches, or would have said with another spec: a hundredth of what it
 * takes to read the rows again. Everything may be another that the map does not look at, so not
 * the length of windows and not the features.
 *
 * @throws VERSION_UNKNOWN when a version answered that is not among `versions`
 */
export function replaySketches({ spec, versions, live, sketches }: SketchReplayInput): Concluded {
  const profiles = new Map(versions.map(({ version, profile }) => [version, profile]));
  const context = contextOf(spec, profiles, live);
  const models: Models = { of: (model) => (model === spec.model ? context : undefined) };
  const history = createHistory();
  const state = history.initial();
  const all = nothing();
  for (const sketch of sketches) collect(all, history.apply(state, sketch, models));
  return all;
}
