import { DriftloopError } from '@driftloop/errors';
import type { InputPosition, TopicName } from '@driftloop/schemas';
import {
  allocateRows,
  createServedAnswers,
  eventTimeRefusal,
  isFeature,
  isLabel,
  isRequestId,
  type LabelledRows,
  labelOf,
  rowOf,
  type ServedAnswer,
} from '@driftloop/spec';
import type { LabelledRowsQuery, Warehouse } from '@driftloop/warehouse';
import type { Instance } from '../instance/instance.ts';
import { MODELS } from '../workload/models.ts';
import { rowKey, type Tables } from './tables.ts';

/**
 * The warehouse of one instance: what services ask of it.
 * @param isAway whether it cannot be reached now
 */
export function createSimulatedWarehouse(
  tables: Tables,
  instance: Instance,
  isAway: () => boolean,
): Warehouse {
  const ask = <T>(look: () => T): Promise<T> =>
    instance.ask(() => {
      if (isAway()) throw unavailable('ClickHouse cannot be reached');
      return look();
    });
  const simulated: Partial<Warehouse> = {
    database: 'simulated',
    migrate: () => ask(() => ({ applied: [] })),
    repair: () => ask(() => ({})),
    predictionsFor: (model, labels) => ask(() => labels.map((label) => servedRow(tables, model, label))),
    requestsFor: (model, places) =>
      ask(() =>
        places.flatMap(({ requestId, partition, offset }) =>
          requestRows(tables, model, requestId).filter(
            (row) => row.partition === partition && row.offset === offset,
          ),
        ),
      ),
    ingested: (topic) =>
      ask(() => new Map(tables.ingested(topic).map((offset, partition) => [partition, offset]))),
    async waitForIngest(topic, positions, { timeoutMs = 30_000 } = {}) {
      await ask(() => undefined);
      await reached(tables, instance, topic, positions, timeoutMs);
      await ask(() => undefined);
    },
    labelledRows: (query) => ask(() => labelledRows(tables, query)),
    close: async () => undefined,
  };
  return new Proxy(simulated as Warehouse, {
    get(target, name) {
      // A promise is asked for `then` to find out that it is none.
      if (name in target || name === 'then') return Reflect.get(target, name);
      throw new Error(
        `The simulated warehouse has no ${String(name)}: no service that is simulated asks for it.`,
      );
    },
  });
}

function reached(
  tables: Tables,
  instance: Instance,
  topic: TopicName,
  positions: readonly InputPosition[],
  timeoutMs: number,
): Promise<void> {
  const isThere = () =>
    positions.every(({ partition, offset }) => (tables.ingested(topic)[partition] ?? 0) >= offset);
  if (isThere()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const unlisten = tables.onIngest(() => {
      if (!isThere()) return;
      unlisten();
      instance.cancel(timer);
      instance.after(instance.latencyMs(), resolve);
    });
    const timer = instance.after(timeoutMs, () => {
      unlisten();
      reject(unavailable(`ClickHouse has not read ${topic} in ${timeoutMs} ms`));
    });
    instance.onDeath(unlisten);
  });
}

/** The answer that a label is about, as the services themselves keep answers. */
function servedRow(
  tables: Tables,
  model: string,
  { requestId, timestamp }: { readonly requestId: string; readonly timestamp: number },
): ServedAnswer | undefined {
  const answers = createServedAnswers();
  answers.add((tables.predictions.get(rowKey(model, requestId)) ?? []).map(({ value }) => value));
  return answers.find(model, requestId, timestamp);
}

function requestRows(tables: Tables, model: string, requestId: string) {
  const asked = tables.requests.get(rowKey(model, requestId)) ?? [];
  return asked.map(({ partition, offset, value }) => ({ ...value, requestId, partition, offset }));
}

/**
 * The newest requests of the ranges that can be learnt from and have a label, each once, oldest
 * first.
 */
function labelledRows(
  tables: Tables,
  { model, ranges, labelsThrough, limit, width }: LabelledRowsQuery,
): LabelledRows {
  const through = labelsThrough && new Map(labelsThrough.map(({ partition, offset }) => [partition, offset]));
  const found: { at: number; features: Float32Array; label: number; weight: number }[] = [];
  const prefix = rowKey(model, '');
  const spec = MODELS.find((known) => known.spec.model === model)?.spec;
  if (!spec) return allocateRows(0, width);
  for (const [key, requests] of tables.requests) {
    if (!key.startsWith(prefix)) continue;
    const asked = requests.find(
      ({ value, timestamp }) =>
        isRequestId(value.requestId) &&
        eventTimeRefusal(value.eventTime, timestamp, spec.window) === undefined,
    );
    if (!asked) continue;
    const { eventTime } = asked.value;
    const features = rowOf(asked.value, spec);
    if (features.length !== width) continue;
    const range = ranges.find(({ from, to }) => from <= eventTime && eventTime < to);
    const label = tables.labels
      .get(key)
      ?.find(
        ({ partition, offset, value }) =>
          isLabel(labelOf(value, spec), spec) && (!through || offset < (through.get(partition) ?? 0)),
      );
    const isUsable = spec.features.every(({ allowMissing }, i) =>
      isFeature(features[i] as number, allowMissing),
    );
    if (range && label && isUsable)
      found.push({ at: eventTime, features, label: labelOf(label.value, spec), weight: range.weight });
  }
  found.sort((a, b) => a.at - b.at);
  const rows = found.slice(-limit);
  const features = new Float32Array(rows.length * width);
  for (const [row, { features: values }] of rows.entries()) features.set(values, row * width);
  return {
    rows: rows.length,
    width,
    features,
    labels: Float32Array.from(rows, ({ label }) => label),
    weights: Float32Array.from(rows, ({ weight }) => weight),
    eventTimes: Float64Array.from(rows, ({ at }) => at),
  };
}

function unavailable(what: string): DriftloopError {
  return new DriftloopError('WAREHOUSE_UNAVAILABLE', `${what}.`);
}
