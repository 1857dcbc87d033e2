import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Artifact, ModelEntry } from '@driftloop/registry';
import { prepareJob, type Sources } from '../src/inputs/prepare-job.ts';

test('a version that others serve is nothing to train from, which is said before any row is read', async () => {
  const manifest = { model: 'loans', version: 3, incumbent: { reports: '' } };
  const registry = { artifact: async () => ({ manifest }) as unknown as Artifact };
  const nothing = new Proxy({}, { get: () => assert.fail('nothing else is read') });
  const sources = { config: nothing, bus: nothing, warehouse: nothing, registry } as unknown as Sources;
  const entry = { spec: { model: 'loans', features: [] }, state: { live: 3 } } as unknown as ModelEntry;
  const order = { kind: 'retrain', model: 'loans', baseVersion: 3 } as Parameters<typeof prepareJob>[0];
  await assert.rejects(prepareJob(order, entry, sources), {
    code: 'VERSION_MONITORED',
    message: /Version 3 of model 'loans' is served by others.*register --onnx FILE --shadow/,
  });
});
