import { itemOf } from '../signals/evidence-item.ts';
import { type ModelState, newModel, type SignalState } from './state.ts';

/**
 * A model's state as it was saved. Older versions saved numbers that JSON does not know, and had
 * fewer fields.
 */
export function restored(saved: ModelState): ModelState {
  const signalOf = ({ collecting, last, ...rest }: SignalState): SignalState => ({
    ...rest,
    collecting: collecting && { ...collecting, items: collecting.items.map(itemOf) },
    last: last && { ...last, items: last.items.map(itemOf) },
  });
  const { data, prediction, concept } = saved.signals;
  return {
    ...newModel(),
    ...saved,
    byWindows: saved.byWindows ?? saved.state,
    rivals: (saved.rivals ?? []).map((rival) => ({
      ...rival,
      windows: rival.windows ?? 0,
      lead: rival.lead ?? 0,
    })),
    signals: { data: signalOf(data), prediction: signalOf(prediction), concept: signalOf(concept) },
  };
}
