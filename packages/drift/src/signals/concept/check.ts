import { isEventTime, windowStartOf } from '@driftloop/spec';
import type { Outcome } from '../../sketch/outcomes.ts';
import type { ContentCheck } from '../signal-kind.ts';

/** Outcomes lie in their window, and can be written down and read again as they are. */
export const CONCEPT_CHECK: ContentCheck<Outcome[]> = {
  layoutId: ({ outputs }) => outputs.layout.id,
  isOf: () => true,
  problem({ content, n, start, lengthMs }) {
    if (content.length !== n) return `it holds ${content.length} outcomes and says ${n}`;
    for (const [index, outcome] of content.entries()) {
      const { eventTime, labelEventTime, predicted, label, rivals } = outcome;
      const { requestPartition, requestOffset } = outcome;
      if (!isEventTime(eventTime) || windowStartOf(eventTime, lengthMs) !== start)
        return `outcome ${index} is of ${eventTime}, which is not in the window`;
      if (!isEventTime(labelEventTime)) return `the label of outcome ${index} is of ${labelEventTime}`;
      if (!Number.isFinite(predicted) || !Number.isFinite(label))
        return `outcome ${index} has answer ${predicted} and label ${label}`;
      if (!isPlace(requestPartition) || !isPlace(requestOffset))
        return `outcome ${index} is of request ${requestPartition}/${requestOffset}`;
      if (!rivals.every(({ version }) => version >= 1)) return `outcome ${index} names a version below 1`;
    }
    return undefined;
  },
};

function isPlace(at: number): boolean {
  return Number.isSafeInteger(at) && at >= 0;
}
