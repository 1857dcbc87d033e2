import type { BusRecord } from '@driftloop/bus';
import { type ChunkPosition, outcomeOf } from '@driftloop/drift';
import { createModelSketchers, type ModelContexts, type SketchRows } from '@driftloop/drift-stages';
import type { ErrorCode } from '@driftloop/errors';
import type { InferenceLabel, ModelSpec } from '@driftloop/schemas';
import type { LabelJoin } from './join/label-join.ts';

interface Refusal {
  readonly offset: number;
  readonly code: ErrorCode;
  readonly reason: string;
}

/**
 * Turns the labels of one chunk into outcomes of the versions that answered. A label that comes twice counts once, the
 * first one holds; labels that no answer is found for, or that are no class of the model, go to dead.letters and stay
 * in ClickHouse.
 */
export function createLabelRows(
  position: ChunkPosition,
  contexts: ModelContexts,
  join: LabelJoin,
): SketchRows<'inference.labels'> {
  const sketchers = createModelSketchers('concept', position, contexts);
  const seen = new Set<string>();

  const addModel = async (
    model: string,
    records: readonly BusRecord<'inference.labels'>[],
  ): Promise<Refusal[]> => {
    const target = sketchers.of(model);
    if (!target) {
      return records.map(({ offset }) =>
        refusal(offset, 'MODEL_UNKNOWN', `No model '${model}' is registered.`),
      );
    }
    const fresh = records.filter(({ value }) => !seen.has(value.requestId));
    const refusals: Refusal[] = [];
    const answers = await join.answersFor(
      model,
      fresh.map(({ value }) => value.requestId),
    );
    await target.context.load(new Set([...answers.values()].map(({ version }) => version)));
    for (const { value: label, offset } of fresh) {
      if (seen.has(label.requestId)) continue;
      const problem = problemOf(label, target.context.spec);
      const answer = answers.get(label.requestId);
      if (problem !== undefined) {
        refusals.push(refusal(offset, 'LABEL_INVALID', problem));
        target.sketcher.reject();
      } else if (!answer) {
        const reason = `No answer to request '${label.requestId}' of model '${model}' is known: check the id, or send the label again from dead.letters once the request is served.`;
        refusals.push(refusal(offset, 'LABEL_UNMATCHED', reason));
        target.sketcher.reject();
      } else {
        seen.add(label.requestId);
        target.sketcher.add(outcomeOf(answer, label, target.context.spec));
      }
    }
    return refusals;
  };

  return {
    async add(records) {
      const byModel = Map.groupBy(records, ({ value }) => value.model);
      const deadLetters: Refusal[] = [];
      for (const [model, group] of byModel) deadLetters.push(...(await addModel(model, group)));
      return { deadLetters };
    },
    sketches: async (chunkEnd, options) => sketchers.sketches(chunkEnd, options),
  };
}

function problemOf(label: InferenceLabel, spec: ModelSpec): string | undefined {
  if (spec.task === 'regression') {
    return Number.isFinite(label.label)
      ? undefined
      : `The label is ${label.label}; a finite number is needed.`;
  }
  const isClass = Number.isInteger(label.label) && label.label >= 0 && label.label < spec.classes;
  return isClass
    ? undefined
    : `The label is ${label.label}; model '${spec.model}' has classes 0 to ${spec.classes - 1}.`;
}

function refusal(offset: number, code: ErrorCode, reason: string): Refusal {
  return { offset, code, reason };
}
