import assert from 'node:assert/strict';

/** Distances agree to 1e-9, relative or absolute. */
export function assertDistance(actual: number | undefined, expected: number, what: string): void {
  const error = Math.abs((actual ?? Number.NaN) - expected);
  assert.ok(error <= 1e-9 * Math.max(1, Math.abs(expected)), `${what}: ${actual}, expected ${expected}`);
}

/**
 * p-values agree to 1e-9 relative, in the far tail (below 1e-6) to 1e-6. `slack` is absolute, for
 * references that have rounding left.
 */
export function assertPValue(actual: number, expected: number, what: string, slack = 1e-300): void {
  const relative = expected < 1e-6 ? 1e-6 : 1e-9;
  const error = Math.abs(actual - expected);
  assert.ok(error <= relative * expected + slack, `${what}: p ${actual}, expected ${expected}`);
}

interface EqualFrequency {
  value: number;
  inner_edges: number[];
  bins: number;
}
interface Discrepancy {
  mmd2_unbiased: number;
  mmd2_biased: number;
}

/** batch.json: two-sample tests and distances. */
export interface BatchVectors {
  numeric: {
    name: string;
    reference: number[];
    current: number[];
    ks: { D: number; p_exact: number; p_asymp: number; p_auto: number };
    psi_evidently: number;
    psi_equal_freq_10: EqualFrequency;
    psi_equal_freq_5: EqualFrequency;
    js_distance_evidently: number;
    kl_evidently: number;
    hellinger_evidently: number;
    wasserstein1: number;
    wasserstein1_norm_evidently: number;
    cramer_von_mises: { T: number; p_asymptotic: number };
    mann_whitney: { U: number; p: number | null };
    energy_distance: number;
  }[];
  categorical: {
    name: string;
    reference_counts: number[];
    current_counts: number[];
    chi2_contingency: { chi2: number; dof: number; p: number };
    chisquare_evidently: { p: number | null };
    psi_evidently: number;
    js_distance_evidently: number;
    l_infinity: number;
  }[];
  multivariate: {
    name: string;
    reference: number[][];
    current: number[][];
    alibi: { sigma: number; mmd2: number; p_perm_5000: number };
    numpy_float64: {
      sigma1: Discrepancy;
      alibi_sigma: Discrepancy;
      pooled_median: Discrepancy & { sigma: number };
    };
    ksdrift_alibi: { p: number[]; D: number[]; bonferroni_drift: number };
  }[];
}
