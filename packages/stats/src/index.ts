export { pooledMedianBandwidth, referenceMedianBandwidth } from './bandwidth.ts';
export { type BinnedPair, binByEdges, equalFrequencyEdges, equalWidthBins, sturgesBins } from './binning.ts';
export { chiSquareOneSample, chiSquareTwoSample } from './chi-square.ts';
export { cramerVonMises } from './cramer-von-mises.ts';
export {
  type EmptyShare,
  hellingerDistance,
  jensenShannonDistance,
  kullbackLeibler,
  lInfinity,
  populationStabilityIndex,
} from './divergences.ts';
export { energyDistance } from './energy-distance.ts';
export {
  addFourierFeatures,
  createFourierFeatures,
  type FourierFeatures,
  type FourierMmdResult,
  fourierMmd,
} from './fourier-mmd.ts';
export {
  type KsMethod,
  type KsResult,
  kolmogorovSmirnov,
  kolmogorovSmirnovOfCounts,
  kolmogorovSmirnovPValue,
} from './kolmogorov-smirnov.ts';
export { mannWhitney } from './mann-whitney.ts';
export { MAX_KERNEL_ROWS, type MmdResult, type MmdTestResult, mmd, mmdTest } from './mmd.ts';
export { benjaminiHochberg, bonferroni } from './multiple-testing.ts';
export { type PairedCounts, pairCounts, pairSamples } from './paired-counts.ts';
export { quantileOfSorted, quantiles } from './quantiles.ts';
export { createRandom, type Random, type RandomState, restoreRandom } from './random.ts';
export * from './special/index.ts';
export type { ChiSquareResult, TestResult } from './test-result.ts';
export { normalisedWasserstein, wasserstein, wassersteinOfHistograms } from './wasserstein.ts';
