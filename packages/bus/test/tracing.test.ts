import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTraceReceiver } from '@driftloop/local';
import type { TopicName } from '@driftloop/schemas';
import { startTracing } from '@driftloop/service';
import type { ConsumeOptions, RecordBatch } from '../src/consumer/consume-options.ts';
import type { BusRecord } from '../src/records.ts';
import { tracedCall } from '../src/tracing/calls.ts';
import { derivedTrace, recordStep } from '../src/tracing/scope.ts';
import { tracedConsume, tracedFollow } from '../src/tracing/traced.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SAMPLED = `00-${TRACE_ID}-00f067aa0ba902b7-01`;
const NOT_SAMPLED = SAMPLED.replace(/01$/, '00');

function record<T extends TopicName>(topic: T, trace: string | undefined, model = 'käse 1'): BusRecord<T> {
  const place = { topic, partition: 0, offset: 5, timestamp: Date.now() + 1_000, key: 'k', value: { model } };
  return { ...place, ...(trace === undefined ? {} : { trace }) } as unknown as BusRecord<T>;
}

/** A consumer that hands its records over by hand, and what its handler makes of them. */
function consumer<T extends TopicName>(topic: T, onBatch: ConsumeOptions<T>['onBatch']) {
  const traced = tracedConsume({
    group: 'g',
    topics: [topic],
    onBatch,
    badRecords: 'skip',
    onCrash: assert.fail,
  });
  return (...records: BusRecord<T>[]) =>
    traced.onBatch({ topic, records, partition: 0 } as unknown as RecordBatch<T>);
}

const value = { model: 'käse 1' };
const collector = await startTraceReceiver();
after(() => collector.close());

test('without an endpoint nothing is loaded, and a trace is passed on as it came', async () => {
  assert.equal(await startTracing('x', {}), undefined);
  assert.equal(
    await startTracing('x', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' }),
    undefined,
  );
  assert.equal(
    await startTracing('x', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_TRACES_EXPORTER: 'none' }),
    undefined,
  );
  assert.equal(await tracedCall('a', SAMPLED, async (trace) => trace), SAMPLED);
  assert.equal(await tracedCall('a', undefined, async (trace) => trace), undefined);
  let seen: string | undefined;
  await consumer('inference.requests', async ({ records }) => {
    seen = records[0]?.trace;
    return {};
  })(record('inference.requests', SAMPLED));
  assert.equal(seen, SAMPLED);
});

test('a sampler that does not exist is refused by name', async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_TRACES_SAMPLER: 'parentbased_sometimes' };
  await assert.rejects(startTracing('x', env), { code: 'CONFIG_INVALID', message: /sometimes/ });
});

test('one request can be followed from its call to the swap, through everything that it goes into', async () => {
  // The exporter reads the environment itself.
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
  const tracing = await startTracing('whole', process.env);
  /** What each step wrote, as the next one reads it. */
  const log = new Map<TopicName, string | undefined>();
  const derive = (topic: TopicName) => log.set(topic, derivedTrace(topic, value) ?? log.get(topic));

  await tracedCall('POST requests', SAMPLED, async (trace) => void log.set('inference.requests', trace));
  await consumer('inference.requests', async ({ records }) => {
    log.set('inference.predictions', records[1]?.trace);
    return {};
  })(
    record('inference.requests', undefined),
    record('inference.requests', log.get('inference.requests')),
    record('inference.requests', NOT_SAMPLED),
  );
  const later = tracedConsume<'drift.sketches'>({
    group: 'ensemble',
    topics: ['drift.sketches'],
    badRecords: 'skip',
    onCrash: assert.fail,
    async onBatch() {
      return {};
    },
    async onIdle() {
      derive('drift.verdicts');
      derive('retrain.commands');
      return {};
    },
  });
  // The chunk is complete with a later batch, which has no trace of its own.
  const chunked = tracedConsume<'inference.predictions'>({
    group: 'prediction-drift',
    topics: ['inference.predictions'],
    badRecords: 'skip',
    onCrash: assert.fail,
    async onBatch({ records }) {
      if (records[0]?.trace === undefined) derive('drift.sketches');
      return {};
    },
  });
  const batch = (trace: string | undefined) =>
    ({
      records: [record('inference.predictions', trace)],
    }) as unknown as RecordBatch<'inference.predictions'>;
  await chunked.onBatch(batch(log.get('inference.predictions')));
  await chunked.onBatch(batch(undefined));
  const sketch = log.get('drift.sketches');
  await chunked.onBatch(batch(undefined));
  assert.equal(log.get('drift.sketches'), sketch, 'the next chunk is not of this trace');

  await later.onBatch({
    records: [record('drift.sketches', sketch)],
  } as unknown as RecordBatch<'drift.sketches'>);
  await later.onIdle?.('drift.sketches', 0, { ageMs: 0, isStale: () => false });
  await consumer('retrain.commands', async () => {
    await new Promise(setImmediate);
    derive('model.events');
    return {};
  })(record('retrain.commands', log.get('retrain.commands')));
  await tracedFollow<'model.events'>(async () => {
    await new Promise(setImmediate);
    recordStep('käse 1', 'swap', 12, { 'driftloop.version': 2 });
    recordStep('another', 'swap', 12, {});
  })([record('model.events', log.get('model.events'))]);
  await tracing?.stop();

  const spans = collector.spans();
  const own = spans.filter(({ traceId }) => traceId === TRACE_ID);
  assert.deepEqual(new Set(spans.map(({ traceId }) => traceId)), new Set([TRACE_ID]));
  const swap = own.find(({ name }) => name === 'swap');
  assert(swap);
  assert.deepEqual(collector.pathTo(swap), [
    'POST requests',
    'process inference.requests',
    'process inference.predictions',
    'send drift.sketches',
    'process drift.sketches',
    'send retrain.commands',
    'process retrain.commands',
    'send model.events',
    'process model.events',
    'swap',
  ]);
  assert.equal(own.filter(({ name }) => name === 'swap').length, 1);
  assert(own.some(({ name }) => name === 'send drift.verdicts'));
  assert.equal(collector.services()[0], 'driftloop-whole');
});

test('what waits for dead letters is written in the trace of its batch', async () => {
  const tracing = await startTracing('deferred', process.env);
  let trace: string | undefined;
  const consumer = tracedConsume<'inference.predictions'>({
    group: 'prediction-drift',
    topics: ['inference.predictions'],
    badRecords: 'skip',
    onCrash: assert.fail,
    onBatch: async () => ({
      async write() {
        await new Promise(setImmediate);
        trace = derivedTrace('drift.sketches', value);
      },
    }),
  });
  const records = [record('inference.predictions', SAMPLED)];
  const outcome = await consumer.onBatch({ records } as unknown as RecordBatch<'inference.predictions'>);
  await outcome.write?.();
  await tracing?.stop();
  assert.match(trace ?? 'none', new RegExp(TRACE_ID));
});

test('a call without a trace begins one, as the sampler has it; a failed batch marks its spans', async () => {
  const before = collector.spans().length;
  const tracing = await startTracing('roots', {
    ...process.env,
    OTEL_TRACES_SAMPLER: 'parentbased_always_off',
  });
  assert.match((await tracedCall('a', undefined, async (trace) => trace)) ?? '', /-00$/);
  const failing = consumer('inference.labels', async () => {
    throw new Error('no');
  });
  await assert.rejects(failing(record('inference.labels', SAMPLED)), /no/);
  await tracing?.stop();
  const [span, ...others] = collector.spans().slice(before);
  assert.equal(span?.status.code, 2);
  assert.deepEqual(others, []);
});

test('what is older than the follower gets no spans', async () => {
  const before = collector.spans().length;
  const tracing = await startTracing('old', process.env);
  const old = { ...record('model.events', SAMPLED), timestamp: Date.now() - 60_000 };
  await tracedFollow<'model.events'>(() => recordStep('käse 1', 'swap', 1, {}))([old]);
  await tracing?.stop();
  assert.equal(collector.spans().length, before);
});
