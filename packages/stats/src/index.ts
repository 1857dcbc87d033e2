export { pooledMedianBandwidth, referenceMedianBandwidth } from './bandwidth.ts';
export { binByEdges, equalFrequencyEdges, equalWidthBins, sturgesBins } from './binning.ts';
export { chiSquareOneSample, chiSquareTwoSample } from './chi-square.ts';
export { cramerVonMises } from './cramer-von-mises.ts';
export {
  hellingerDistance,
  jensenShannonDistance,
  kullbackLeibler,
  lInfinity,
  populationStabilityIndex,
} from './divergences.ts';
export { energyDistance } from './energy-distance.ts';
export { exceedance } from './exceedance.ts';
export {
  createFourierFeatures,
  fourierMmd,
} from './fourier-mmd.ts';
export {
  kolmogorovSmirnov,
  kolmogorovSmirnovOfCounts,
  kolmogorovSmirnovPValue,
} from './kolmogorov-smirnov.ts';
export { mannWhitney } from './mann-whitney.ts';
export { mmd, mmdTest } from './mmd.ts';
export { benjaminiHochberg, bonferroni } from './multiple-testing.ts';
export { type PairedCounts, pairCounts, pairSamples } from './paired-counts.ts';
export { quantileOfSorted, quantiles } from './quantiles.ts';
export { createRandom, type Random, restoreRandom } from './random.ts';
export * from './special/index.ts';
export { normalisedWasserstein, wasserstein, wassersteinOfHistograms } from './wasserstein.ts';
