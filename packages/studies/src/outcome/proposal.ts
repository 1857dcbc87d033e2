import { DriftloopError } from '@driftloop/errors';
import { overrideSpec } from '@driftloop/replay';
import type { ModelSpec } from '@driftloop/schemas';
import type { Sample } from '../design/samples.ts';
import type { StudyState } from '../jobs/state.ts';
import { bestRow, type StudyTable, studyTable } from './table.ts';

/** A setting that a study found, as the spec of its model. */
export interface Proposal {
  readonly model: string;
  /** Run that it is of. */
  readonly sample: number;
  readonly values: Sample;
  readonly spec: ModelSpec;
}

/**
 * The model's spec with the best setting of a study, or with that of one run. It changes nothing: a
 * person looks at it, and puts it into effect.
 *
 * @param specOf the spec of a model as it is now
 * @param of run. @default the best
 * @throws DriftloopError NOT_FOUND where there is no such run, or the study is of no model; as
 *   `specOf` and `overrideSpec`
 */
export function proposalOf(
  state: StudyState,
  specOf: (model: string) => ModelSpec,
  { of, table = studyTable(state) }: { readonly of?: number; readonly table?: StudyTable } = {},
): Proposal {
  const row = of === undefined ? bestRow(table) : table.rows.find(({ sample }) => sample === of);
  const model = state.study.backtest?.model;
  if (!row || model === undefined)
    throw new DriftloopError(
      'NOT_FOUND',
      `Study '${state.id}' has no ${of === undefined ? 'best run' : `run ${of}`} of a backtest to propose.`,
    );
  const { sample, values } = row;
  return { model, sample, values, spec: overrideSpec(specOf(model), values) };
}
