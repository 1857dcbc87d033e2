/** What decides about a version, in the order in which a person asks. */
const NAMED: Readonly<Record<string, string>> = {
  accuracy: 'Accuracy when it was made',
  recentAccuracy: 'Accuracy on recent rows',
  recentLiveAccuracy: 'The live version on the same rows',
  recentGain: 'Gain on recent rows',
  pWorse: 'Test that it is worse (p)',
  memoryAccuracy: 'Accuracy on remembered rows',
  memoryLiveAccuracy: 'The live version on those',
  forgetting: 'Forgetting',
  meanSquaredError: 'Mean squared error',
  calibrationError: 'Calibration error',
  latencyMs: 'Latency of a row (ms)',
  trainingSeconds: 'Training time (s)',
};

/** A figure of a version. */
export interface NamedMetric {
  readonly name: string;
  /** In words, where it decides something. */
  readonly words: string;
  readonly isMain: boolean;
}

/** Orders what was measured: what decides first, in words; then the rest by its own name. Pure. */
export function namedMetrics(names: Iterable<string>): NamedMetric[] {
  const order = Object.keys(NAMED);
  const known = [...new Set(names)];
  const main = known.filter((name) => Object.hasOwn(NAMED, name));
  const rest = known.filter((name) => !Object.hasOwn(NAMED, name));
  return [
    ...main
      .sort((one, other) => order.indexOf(one) - order.indexOf(other))
      .map((name) => ({ name, words: NAMED[name] ?? name, isMain: true })),
    ...rest.sort().map((name) => ({ name, words: name, isMain: false })),
  ];
}
