import { setTimeout as sleep } from 'node:timers/promises';
import { DriftloopError } from '@driftloop/errors';
import type { LabelledRows, ModelSpec, RetrainCommand } from '@driftloop/schemas';
import type { Warehouse } from '@driftloop/warehouse';

const POLL_MS = 100;

/**
 * Reads the labelled rows that a command selects, once ClickHouse holds every label the command names.
 *
 * @throws DriftloopError DATA_INVALID when there are fewer rows than the spec's `minLabels`, or the labels do not
 *   arrive in ClickHouse within the timeout
 */
export async function readTrainingData(
  warehouse: Warehouse,
  command: RetrainCommand,
  spec: ModelSpec,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<LabelledRows> {
  await labelsIngested(warehouse, command, options);
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

async function labelsIngested(
  warehouse: Warehouse,
  command: RetrainCommand,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const ingested = await warehouse.ingested('inference.labels');
    const missing = command.labelsThrough.filter(
      ({ partition, offset }) => (ingested.get(partition) ?? 0) < offset,
    );
    if (missing.length === 0) return;
    if (performance.now() > deadline) {
      const where = missing
        .map(({ partition, offset }) => `partition ${partition} up to ${offset}`)
        .join(', ');
      throw new DriftloopError(
        'DATA_INVALID',
        `ClickHouse still lacks labels (${where}) after ${timeoutMs} ms: is its Kafka engine reading?`,
      );
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}
