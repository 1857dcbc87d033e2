import { NO_EVIDENCE } from '@driftloop/detectors';
import type { Signal } from '@driftloop/schemas';
import type { CompleteWindow } from './collect.ts';
import type { ModelState } from './state.ts';

/**
 * Follows which version is live. A newer version in the inputs' or the answers' signal takes over
 * at once; an older one is back when it was seen alone in two windows, since stragglers of a
 * replaced version look the same in one. Labels say nothing here: they come for versions long
 * replaced.
 */
export function followVersion(model: ModelState, signal: Signal, window: CompleteWindow): void {
  if (signal === 'concept') {
    if (model.version === 0) takeOver(model, window);
    return;
  }
  if (window.version > model.version) {
    takeOver(model, window);
  } else if (window.version === model.version) {
    model.returning = null;
  } else if (signal === 'prediction') {
    const seen = model.returning?.version === window.version ? model.returning.windows + 1 : 1;
    model.returning = { version: window.version, windows: seen };
    if (seen >= 2) takeOver(model, window);
  }
}

/**
 * Evidence was about the version before; the new one has yet to prove itself. One of a higher
 * number is the candidate that was awaited, or has ended its trial.
 */
function takeOver(model: ModelState, { version, start }: CompleteWindow): void {
  if (version > model.version) model.awaited = null;
  model.state = model.version === 0 ? 'stable' : 'recovering';
  model.byWindows = model.state;
  model.version = version;
  model.versionSince = start;
  model.returning = null;
  model.rivals = [];
  model.rowAlarm = null;
  for (const signal of Object.values(model.signals)) {
    signal.evidence = NO_EVIDENCE;
    signal.last = null;
  }
}
