import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { callRequests } from '@driftloop/payloads';
import { defaultSpec } from '@driftloop/registry';
import fc from 'fast-check';
import { readEvents } from '../src/events/read-events.ts';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const spec = defaultSpec({
  model: 'm',
  task: 'binary',
  classes: 2,
  features: [
    { name: 'a', kind: 'numeric', allowMissing: false },
    { name: 'job', kind: 'categorical', allowMissing: true, categories: ['cook'] },
  ],
  intervalMs: 1_000,
});

/** Whatever comes, it is read or refused: anything else ends the service. */
function isReadOrRefused(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof DriftloopError, String(error instanceof Error ? error.stack : error));
  }
}

const leaf = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.constantFrom(null, '\ud800', 'constructor', {}, { toString: 1, valueOf: 1 }),
);
const cell = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }));
const named = fc.dictionary(fc.constantFrom('a', 'job', '__proto__', 'constructor'), cell);
const rows = fc.array(fc.oneof(cell, fc.array(cell, { maxLength: 3 }), named), { maxLength: 3 });
const shape = fc.oneof(fc.array(fc.oneof(fc.nat(3), fc.nat()), { maxLength: 3 }), leaf);
const tensor = fc.record({ name: fc.oneof(fc.constantFrom('a', 'job'), leaf), shape, data: rows });
const seldon = fc.oneof(
  fc.record({ names: fc.oneof(fc.array(leaf, { maxLength: 3 }), leaf), ndarray: rows }),
  fc.record({ tensor: fc.record({ shape, values: rows }) }),
);
const tensors = fc.array(tensor, { maxLength: 3 });

test('a body of any shape is read or refused', () => {
  const request = fc.oneof(
    fc.record({ instances: rows }),
    fc.record({ inputs: fc.oneof(tensors, rows) }),
    fc.record({ data: seldon }),
    fc.record({ dataframe_split: fc.record({ columns: fc.array(leaf, { maxLength: 3 }), data: rows }) }),
  );
  const response = fc.oneof(
    fc.record({ predictions: rows, model_version: leaf }),
    fc.record({ outputs: tensors }),
    fc.record({ data: seldon }),
  );
  // So that some responses are looked at, too.
  const good = fc.constant({ instances: [{ a: 1 }] });
  fc.assert(
    fc.property(fc.oneof(request, good), response, (asked, told) => {
      const call = { callId: 'c', eventTime: 1, version: '', request: bytes(asked), response: bytes(told) };
      isReadOrRefused(() => callRequests(call, spec));
    }),
    { numRuns: 2_000 },
  );
});

test('an event of any shape is read or refused', () => {
  const event = fc.record(
    {
      specversion: fc.constantFrom('1.0', '0.3', 1),
      id: fc.oneof(fc.constant('x'), leaf),
      source: fc.oneof(fc.constant('s'), leaf),
      type: fc.oneof(fc.constant('org.kubeflow.serving.inference.request'), leaf),
      time: leaf,
      data: cell,
      data_base64: leaf,
      namespace: leaf,
      inferenceservicename: leaf,
      endpoint: cell,
    },
    { requiredKeys: [] },
  );
  const types = ['application/cloudevents+json', 'application/cloudevents-batch+json; charset=utf-8'];
  fc.assert(
    fc.property(
      fc.oneof(event, fc.array(event, { maxLength: 3 }), leaf),
      fc.constantFrom(...types),
      (body, type) =>
        isReadOrRefused(() => readEvents({ headers: { 'content-type': type }, body: bytes(body) })),
    ),
    { numRuns: 2_000, examples: [[{ type: { toString: 1, valueOf: 1 } }, types[0] as string]] },
  );
});
