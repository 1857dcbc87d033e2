import type { BatchOutcome, BusRecord } from '@driftloop/bus';
import { type ConnectedDependencies, type Connections, openConnections } from '@driftloop/connections';
import { createReducer, type ReducerState } from '@driftloop/drift';
import type { DriftSketch, Signal, TopicName } from '@driftloop/schemas';
import type { Clock, Service } from '@driftloop/service';
import { type Output, runChunkedMap, runFold, type Stage } from '@driftloop/streams';
import { createModelContexts, type ModelContexts } from './model-contexts.ts';

/** The rows of one chunk of one input partition on their way into sketches. */
export interface SketchRows<T extends TopicName> {
  add(records: readonly BusRecord<T>[]): Promise<Pick<BatchOutcome, 'deadLetters'> | undefined>;
  /** Cumulative; may be called again after more rows. */
  sketches(chunkEnd: number, options: { idle: boolean }): Promise<DriftSketch[]>;
}

/** What tells one drift service from another. */
export interface DriftServiceOptions<T extends TopicName> {
  readonly name: string;
  readonly signal: Signal;
  /** Topic whose rows are sketched. */
  readonly topic: T;
  /** Undecodable records: skipped where another service writes them to dead.letters. */
  readonly badRecords: 'deadLetter' | 'skip';
  /** Opens what turns the topic's records into rows. */
  open(parts: DriftServiceParts): RowSource<T> | Promise<RowSource<T>>;
}

/** A drift service's own part: from the records of its topic to rows that are sketched. */
export interface RowSource<T extends TopicName> {
  /** Sees each batch of a partition whole before it is cut into chunks. */
  prepare?(partition: number, records: readonly BusRecord<T>[]): Promise<void>;
  /** Starts the rows of a chunk. */
  createRows(position: { readonly partition: number; readonly chunkStart: number }): SketchRows<T>;
  close?(): Promise<void>;
}

/** What a drift service's own part may use. */
export interface DriftServiceParts {
  readonly contexts: ModelContexts;
  readonly connections: Connections;
  readonly clock: Clock;
  /** Ends the service with an error that nothing else handles. */
  fail(error: unknown): void;
}

interface DriftSettings {
  readonly DRIFT_CHUNK_SIZE: number;
  readonly DRIFT_IDLE_FLUSH_MS: number;
  readonly DRIFT_IDLE_AFTER_MS: number;
  readonly DRIFT_CHECKPOINT_MS: number;
}

type Dependencies = ConnectedDependencies<Parameters<typeof openConnections>[0] & DriftSettings>;

/**
 * A drift service: a chunked map from its input topic to drift.sketches, and a checkpointed fold from there to
 * drift.signals. Several instances share both by Kafka's partitions.
 */
export function createDriftService<T extends TopicName>(
  options: DriftServiceOptions<T>,
  { config, logger, metrics, clock, fail, connect = openConnections }: Dependencies,
): Service {
  const { name, signal, topic } = options;
  const sketched = metrics.counter(
    'drift_rows_sketched_total',
    'Rows of the input topic that were sketched.',
  );
  const emitted = metrics.counter('drift_signals_total', 'Signals that were emitted.', [
    'model',
    'detector',
    'drifted',
  ]);
  let connections: Connections | undefined;
  let source: RowSource<T> | undefined;
  let map: Stage | undefined;
  let fold: Stage | undefined;

  return {
    async start() {
      connections = await connect(config, name, logger, { clock });
      const { bus, producer, registry } = connections;
      const contexts = createModelContexts(
        registry,
        (model, version, { code, message }) =>
          logger.error(
            { model, version, code },
            `no drift signals of version ${version} of '${model}': ${message}`,
          ),
        clock,
      );
      const opened = await options.open({ connections, contexts, clock, fail });
      source = opened;
      const partitions = await bus.partitions(topic);
      const reducer = createReducer(signal);

      map = await runChunkedMap({
        bus,
        producer,
        group: `${name}.map`,
        topic,
        chunkSize: config.DRIFT_CHUNK_SIZE,
        idleFlushMs: config.DRIFT_IDLE_FLUSH_MS,
        idleAfterMs: config.DRIFT_IDLE_AFTER_MS,
        badRecords: options.badRecords,
        clock,
        fail,
        prepare: async (partition, records) => opened.prepare?.(partition, records),
        createChunk: (partition, chunkStart) => {
          const rows = opened.createRows({ partition, chunkStart });
          return {
            async add(records) {
              sketched.inc(records.length);
              return rows.add(records);
            },
            sketches: (chunkEnd, publish) => rows.sketches(chunkEnd, publish),
          };
        },
      });
      fold = await runFold<'drift.sketches', ReducerState>({
        bus,
        producer,
        service: name,
        topic: 'drift.sketches',
        format: 1,
        checkpointEveryMs: config.DRIFT_CHECKPOINT_MS,
        logger,
        clock,
        fail,
        createState: reducer.initial,
        encode: reducer.encode,
        decode: reducer.decode,
        async apply(state, records) {
          let current = state;
          const outputs: Output[] = [];
          for (const { value: sketch } of records) {
            if (sketch.signal !== signal) continue;
            const context = contexts.of(sketch.model);
            // A model whose spec is gone has no windows to close.
            if (!context) continue;
            await context.load([
              ...sketch.windows.map(({ version }) => version),
              // After a restart windows of older versions may still be open.
              ...reducer.versions(current, sketch.model),
            ]);
            const result = reducer.apply(current, sketch, context, { partitions });
            current = result.state;
            for (const value of result.signals) {
              emitted.inc({ model: value.model, detector: value.detector, drifted: String(value.drifted) });
              outputs.push({ topic: 'drift.signals' as const, key: value.model, value });
            }
          }
          return { state: current, outputs };
        },
      });
    },

    async stop() {
      await map?.stop();
      await fold?.stop();
      await source?.close?.();
      await connections?.close();
    },

    health: () => ({
      ok: [map, fold].every((stage) => stage?.health().ok ?? false),
      detail: { map: map?.health().detail ?? null, reduce: fold?.health().detail ?? null },
    }),
  };
}
