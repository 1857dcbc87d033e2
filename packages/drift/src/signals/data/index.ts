import { VECTOR_CONTENT } from '../../content/content.ts';
import { signalKind } from '../signal-kind.ts';
import { DATA_CHECK } from './check.ts';
import { CHI_SQUARE_TEST } from './chi-square.ts';
import { FAULT_TESTS } from './faults.ts';
import { KS_TEST } from './ks.ts';
import { MEAN_TEST } from './mean.ts';
import { MISSING_TEST } from './missing.ts';
import { MMD_TEST } from './mmd.ts';
import { PCA_TEST } from './pca.ts';
import { PSI_TEST } from './psi.ts';
import { SEGMENT_TEST } from './segment.ts';
import { VECTORS_TEST } from './vectors.ts';
import type { DataTest } from './window.ts';
import { WORDS_TEST } from './words.ts';

/** Every test of the inputs: a new one is a file and a line here. */
export const DATA_TESTS: readonly DataTest[] = [
  KS_TEST,
  PSI_TEST,
  CHI_SQUARE_TEST,
  MEAN_TEST,
  MISSING_TEST,
  MMD_TEST,
  PCA_TEST,
  VECTORS_TEST,
  WORDS_TEST,
  SEGMENT_TEST,
  ...FAULT_TESTS,
];

export const DATA_SIGNAL = signalKind('data', VECTOR_CONTENT, DATA_CHECK, DATA_TESTS);
