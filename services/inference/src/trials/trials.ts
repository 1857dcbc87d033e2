import type { ModelSpec } from '@driftloop/schemas';
import { marginsOf } from '@driftloop/spec';
import type { Route } from '../serving/route.ts';
import {
  judgeTrial,
  newTrial,
  type ObservedRun,
  observeTrial,
  onTrial,
  type Trial,
  type Worse,
} from './trial.ts';

/** Watches how versions on trial do in operation, beside the live versions of their models. */
export interface Trials {
  /** Takes in a batch that was answered. */
  observe(
    routes: readonly {
      readonly model: string;
      readonly route: Pick<Route, 'live' | 'canary' | 'shadows' | 'spec'>;
      readonly answers: readonly ObservedRun[];
    }[],
  ): void;
}

/**
 * Creates the watch.
 *
 * @param onWorse a version was found worse, once; resolves to whether that is settled: if not, the
 *   next batch tells again
 */
export function createTrials(
  onWorse: (spec: ModelSpec, version: number, worse: Worse) => Promise<boolean>,
): Trials {
  const trials = new Map<string, readonly Trial[]>();
  const told = new Set<string>();
  const tell = (spec: ModelSpec, { version }: Trial, worse: Worse) => {
    const key = `${spec.model}@${version}`;
    if (told.has(key)) return;
    told.add(key);
    void onWorse(spec, version, worse).then((isSettled) => {
      if (!isSettled) told.delete(key);
    });
  };
  return {
    observe(routes) {
      for (const { model, route, answers } of routes) {
        const versions = onTrial(route);
        if (versions.length === 0 && !trials.has(model)) continue;
        const live = route.live.version;
        const before = trials.get(model) ?? [];
        const margins = marginsOf(route.spec);
        const observed = versions.map((version) => {
          const known = before.find((trial) => trial.version === version && trial.live === live);
          return observeTrial(known ?? newTrial(version, live), answers, margins);
        });
        if (observed.length > 0) trials.set(model, observed);
        else trials.delete(model);
        for (const trial of observed) {
          const worse = judgeTrial(trial, margins);
          if (worse) tell(route.spec, trial, worse);
        }
      }
    },
  };
}
