import {
  benjaminiHochberg,
  binByEdges,
  createRandom,
  equalFrequencyEdges,
  kolmogorovSmirnov,
  pairSamples,
  populationStabilityIndex,
  wasserstein,
} from '@driftloop/stats';

const random = createRandom(7);
const column = (shift: number) => Array.from({ length: 2000 }, () => random.normal() + shift);
const reference = { age: column(0), income: column(0) };
const current = { age: column(0), income: column(0.2) };

const results = (['age', 'income'] as const).map((name) => {
  // Sort and tabulate once; every test over empirical distributions reads the same table.
  const pair = pairSamples(reference[name], current[name]);
  const bins = binByEdges(pair, equalFrequencyEdges(reference[name], 10));
  return {
    name,
    p: kolmogorovSmirnov(pair).pValue,
    psi: populationStabilityIndex(bins.reference, bins.current),
    moved: wasserstein(pair),
  };
});

const adjusted = benjaminiHochberg(results.map((result) => result.p));
for (const [i, { name, psi, moved }] of results.entries()) {
  const verdict = (adjusted[i] ?? 1) <= 0.05 ? 'drift' : 'stable';
  console.log(`${name}: ${verdict}, PSI ${psi.toFixed(3)}, moved by ${moved.toFixed(2)}`);
}
