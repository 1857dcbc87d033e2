import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Registry } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import { placeVersion } from '../src/register/place-version.ts';

type Parts = Pick<Registry, 'register' | 'release'>;

const MADE = { onnx: new Uint8Array(), profile: {} as never, metrics: {} };
const SPEC = { model: 'm' } as ModelSpec;

test('a key makes a repeated registration the same one; without it each is another', async () => {
  const asked: (string | null | undefined)[] = [];
  const registry = {
    async register({ commandId }: Parameters<Parts['register']>[0]) {
      asked.push(commandId);
      return 1;
    },
  } as unknown as Registry;
  await placeVersion(registry, SPEC, MADE, 0, { publish: true, once: 'apply/7' });
  await placeVersion(registry, SPEC, MADE, 0, { publish: true });
  assert.deepEqual(asked, ['apply/7', null]);
});
