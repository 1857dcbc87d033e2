import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { ModelEvent } from '@driftloop/schemas';
import { foldModelEvents, initialModelState } from '../src/model-state.ts';
import { introduceVersion } from '../src/registration.ts';
import { createArtifactStore } from '../src/store/artifact-store.ts';
import { classifier } from './fixtures/models.ts';
import { specOf } from './fixtures/spec.ts';

const folder = mkdtempSync(join(tmpdir(), 'registration-'));
after(() => rmSync(folder, { recursive: true }));

test('what a clock measured is told by the event and changes no byte of the artifact', async () => {
  const store = createArtifactStore(pathToFileURL(folder).href);
  const introduced = async (trainingSeconds: number) => {
    let state = initialModelState('m');
    const told: ModelEvent[] = [];
    const version = await introduceVersion(
      {
        spec: specOf('m'),
        onnx: classifier(2, 1),
        profile: null,
        metrics: { accuracy: 0.75 },
        measured: { trainingSeconds },
        parentVersion: null,
        commandId: null,
        eventTime: 0,
        reasons: [],
        actor: 'test',
      },
      'registered',
      {
        store,
        state: () => state,
        async append(event) {
          told.push(event);
          state = foldModelEvents(state, event);
          return state;
        },
        now: () => 1000 * trainingSeconds,
      },
    );
    return { sha256: version.sha256, metrics: told[0]?.metrics };
  };
  const quick = await introduced(1);
  const slow = await introduced(90);
  assert.equal(slow.sha256, quick.sha256);
  assert.deepEqual(slow.metrics, { accuracy: 0.75, trainingSeconds: 90 });
});
