/**
 * `node benchmarks/src/continual/choose-settings.ts bandit 'bandit:{"labels":2}' …`: how strategies
 * with other settings do where settings are chosen (see choosing.ts), a line each. The reported
 * rows, permutations and seeds take no part.
 */

import { createOrtEngine } from '@driftloop/engine-ort';
import { mean } from '../harness/mean.ts';
import { CHOOSING_SEEDS, choosingVectors, FOLDS } from './choosing.ts';
import type { Contender } from './contenders.ts';
import { learnSequence } from './learn-sequence.ts';
import { digitScenarios } from './scenario.ts';
import { readDigits, readVectors } from './vectors.ts';

const REPORTED = ['A', 'B', 'permuted'];

const engine = createOrtEngine({ device: 'cpu', threads: 1 });
const folds = Array.from({ length: FOLDS }, (_, fold) =>
  digitScenarios(choosingVectors(readVectors(), fold), readDigits()),
);
for (const argument of process.argv.slice(2)) {
  const [strategy = '', settings = '{}'] = argument.split(/:(.*)/s);
  const contender: Contender = { strategy, memoryRows: 200, settings: JSON.parse(settings) };
  const figures = [];
  for (const name of REPORTED) {
    const accuracies = [];
    for (const scenarios of folds) {
      const scenario = scenarios.find((candidate) => candidate.name === name);
      if (scenario === undefined) continue;
      for (const seed of CHOOSING_SEEDS)
        accuracies.push((await learnSequence(engine, scenario, contender, seed)).accuracy);
    }
    figures.push(`${name} ${mean(accuracies).toFixed(4)}`);
  }
  console.log(argument, figures.join('  '));
}
