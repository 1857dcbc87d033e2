import { DriftloopError } from '@driftloop/errors';
import type { LabelledRows, ModelSpec, RetrainCommand } from '@driftloop/schemas';
import type { Warehouse } from '@driftloop/warehouse';

/**
 * Reads the labelled rows that a command selects, once ClickHouse holds every label the command names.
 *
 * @throws DriftloopError DATA_INVALID when there are fewer rows than the spec's `minLabels`; WAREHOUSE_UNAVAILABLE when the
 *   labels do not arrive in ClickHouse within the timeout
 */
export async function readTrainingData(
  warehouse: Warehouse,
  command: RetrainCommand,
  spec: ModelSpec,
  options: { timeoutMs: number },
): Promise<LabelledRows> {
  await warehouse.waitForIngest('inference.labels', command.labelsThrough, options);
  const data = await warehouse.labelledRows({
    model: command.model,
    ranges: command.selection,
    labelsThrough: command.labelsThrough,
    limit: spec.retrain.maxRows,
    width: spec.features.length,
  });
  if (data.rows >= spec.retrain.minLabels) return data;
  throw new DriftloopError(
    'DATA_INVALID',
    `The selection of command ${command.commandId} holds ${data.rows} labelled rows, ` +
      `${spec.retrain.minLabels} are needed (retrain.minLabels of model '${command.model}').`,
  );
}
