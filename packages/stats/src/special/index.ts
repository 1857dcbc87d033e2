export { scaledBesselK } from './bessel.ts';
export { betaI, binomialCdf, studentSurvival } from './beta.ts';
export { chiSquareSurvival, gammaP, gammaQ, logBinomial, logGamma } from './gamma.ts';
export { kolmogorovLimitSurvival, kolmogorovSurvival, smirnovSurvival } from './kolmogorov.ts';
export { erf, erfc, normalCdf, normalDensity, normalQuantile, normalSurvival } from './normal.ts';
