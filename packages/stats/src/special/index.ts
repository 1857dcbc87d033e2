export { scaledBesselK } from './bessel.ts';
export { betaI, binomialCdf, studentSurvival } from './beta.ts';
export { chiSquareSurvival, gammaP, gammaQ, logGamma } from './gamma.ts';
export { kolmogorovLimitSurvival, kolmogorovSurvival } from './kolmogorov.ts';
export { erf, erfc, normalCdf, normalQuantile, normalSurvival } from './normal.ts';
