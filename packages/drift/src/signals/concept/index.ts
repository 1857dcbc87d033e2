import { DETECTORS } from '@driftloop/detectors';
import { OUTCOME_CONTENT } from '../../content/content.ts';
import type { Outcome } from '../../sketch/outcomes.ts';
import { orderOutcomes } from '../../sketch/outcomes.ts';
import { type SignalKind, signalKind } from '../signal-kind.ts';
import { ACCURACY_TEST } from './accuracy.ts';
import { CALIBRATION_TEST } from './calibration.ts';
import { CONCEPT_CHECK } from './check.ts';
import { KIND_TEST } from './kind.ts';
import { LABELS_TEST } from './labels.ts';
import { LAG_TEST } from './lag.ts';
import { SHADOW_TEST } from './shadow.ts';
import { streamTest } from './stream-test.ts';
import type { ConceptTest } from './window.ts';

/**
 * Every test of the outcomes: a new one is a file and a line here; a new streaming detector a file
 * and a line in `detectors`.
 */
export const CONCEPT_TESTS: readonly ConceptTest[] = [
  ACCURACY_TEST,
  CALIBRATION_TEST,
  KIND_TEST,
  LABELS_TEST,
  LAG_TEST,
  SHADOW_TEST,
  ...DETECTORS.map(streamTest),
];

const CONCEPT = signalKind('concept', OUTCOME_CONTENT, CONCEPT_CHECK, CONCEPT_TESTS);

/**
 * Outcomes are put in order before the tests see them, so that it does not matter how chunks came.
 */
export const CONCEPT_SIGNAL: SignalKind<Outcome[]> = {
  ...CONCEPT,
  test: (window, memory) => {
    const content = orderOutcomes(window.content);
    return CONCEPT.test({ ...window, content, n: content.length }, memory);
  },
};
