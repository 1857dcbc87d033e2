import { hasClasses } from '@driftloop/spec';
import { derivedOnce } from '../derived-once.ts';
import type { ReferenceProfile } from '../profile/reference-profile.ts';
import type { Outcome } from '../sketch/outcomes.ts';

/**
 * An answer and its truth as classes of the row watch; they are equal where the answer was right.
 */
export interface ClassedAnswer {
  readonly predicted: number;
  readonly label: number;
}

/** How answers and truths of a version are told apart. */
export interface AnswerClasses {
  readonly count: number;
  /** What the classes of truths are of, in words. */
  readonly truths: string;
  /** @returns undefined for an answer or a truth that is no class */
  of(outcome: Pick<Outcome, 'predicted' | 'label'>): ClassedAnswer | undefined;
}

/** Classes that are told apart: of more, several share one. */
const MOST_CLASSES = 16;
/** Where a quarter of a normal distribution lies beyond, in standard deviations. */
const QUARTILE = 0.6745;

/**
 * Classes as they are. Of a regression the truth is how far it lies from the answer: in four
 * classes by sign and size, cut where each has a quarter if residuals are normal and as large as in
 * the reference. Of several outputs how far all of them are off, in four classes by size. An answer
 * counts as wrong from the outer classes on.
 */
export const answerClasses = derivedOnce(({ outputs }: ReferenceProfile): AnswerClasses => {
  const { layout, score } = outputs;
  if (hasClasses(layout.task)) {
    const count = Math.min(MOST_CLASSES, Math.max(2, layout.classes));
    const isClass = (value: number) => Number.isInteger(value) && value >= 0 && value < layout.classes;
    return {
      count,
      truths: 'labels',
      of: ({ predicted, label }) =>
        isClass(predicted) && isClass(label)
          ? { predicted: predicted % count, label: label % count }
          : undefined,
    };
  }
  // A model that made no errors makes one with any.
  const typical = Math.sqrt(Math.max(score.mean, Number.MIN_VALUE));
  if (layout.outputs)
    return { count: 4, truths: 'errors by size', of: ({ predicted }) => bySize(predicted / typical) };
  return {
    count: 4,
    truths: 'residuals',
    of: ({ predicted, label }) => bySign((label - predicted) / typical),
  };
});

function bySign(residual: number): ClassedAnswer | undefined {
  if (Number.isNaN(residual)) return undefined;
  if (residual < 0) return { predicted: 1, label: residual < -QUARTILE ? 0 : 1 };
  return { predicted: 2, label: residual > QUARTILE ? 3 : 2 };
}

function bySize(distance: number): ClassedAnswer | undefined {
  if (Number.isNaN(distance)) return undefined;
  const label = distance < 0.5 ? 0 : distance < 1 ? 1 : distance < 1.5 ? 2 : 3;
  return { predicted: Math.min(label, 1), label };
}
