import type { RetrainOrder } from '@driftloop/continual';
import { DriftloopError } from '@driftloop/errors';
import type { InputPosition, ModelSpec } from '@driftloop/schemas';
import { type LabelledRows, rowWidthOf, targetsOf } from '@driftloop/spec';
import type { Warehouse } from '@driftloop/warehouse';

/**
 * Reads the labelled rows that an order selects, once ClickHouse holds every label the order names,
 * and the requests that these labels are for: it reads the two topics side by side, so that a label
 * that comes right after its request may be there before it.
 *
 * @param options.requestsThrough one past the newest requests that the labels can be for
 * @throws DriftloopError DATA_INVALID when there are fewer rows than the spec's `minLabels`;
 *   WAREHOUSE_UNAVAILABLE when the labels do not arrive in ClickHouse within the timeout
 */
export async function readTrainingData(
  warehouse: Warehouse,
  order: RetrainOrder,
  spec: ModelSpec,
  options: { readonly requestsThrough: readonly InputPosition[]; readonly timeoutMs: number },
): Promise<LabelledRows> {
  await Promise.all([
    warehouse.waitForIngest('inference.labels', order.labelsThrough, options),
    warehouse.waitForIngest('inference.requests', options.requestsThrough, options),
  ]);
  const data = await warehouse.labelledRows({
    model: order.model,
    ranges: order.selection,
    labelsThrough: order.labelsThrough,
    limit: spec.retrain.maxRows,
    width: rowWidthOf(spec),
    targets: targetsOf(spec).length,
  });
  if (data.rows >= spec.retrain.minLabels) return data;
  throw new DriftloopError(
    'DATA_INVALID',
    `The selection of command ${order.commandId} holds ${data.rows} labelled rows, ` +
      `${spec.retrain.minLabels} are needed (retrain.minLabels of model '${order.model}').`,
  );
}

/**
 * Labelled rows that are younger than all of a run's, as far as ClickHouse has them now: it is not
 * waited for.
 */
export async function readFreshRows(
  warehouse: Warehouse,
  { eventTimes }: LabelledRows,
  spec: ModelSpec,
): Promise<LabelledRows> {
  return warehouse.labelledRows({
    model: spec.model,
    ranges: [{ from: (eventTimes.at(-1) ?? 0) + 1, to: Number.MAX_SAFE_INTEGER, weight: 1 }],
    limit: spec.retrain.maxRows,
    width: rowWidthOf(spec),
    targets: targetsOf(spec).length,
  });
}
