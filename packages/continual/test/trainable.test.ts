import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireTrainable } from '../src/index.ts';

const number = { name: 'age', kind: 'numeric', allowMissing: false } as const;
const picture = { name: 'picture', kind: 'embedding', allowMissing: false, size: 3 } as const;
const review = { name: 'review', kind: 'text', allowMissing: false } as const;

test('what labelled rows do not have, or no loss is there for, is not trained', () => {
  requireTrainable({ task: 'binary', features: [number, picture] });
  const refused = [
    [{ task: 'binary', features: [number, review] }, /free text/],
    [{ task: 'ranking', features: [number] }, /ranking scores/],
    [{ task: 'regression', features: [number], outputs: [{ name: 'a' }, { name: 'b' }] }, /several outputs/],
  ] as const;
  for (const [spec, message] of refused)
    assert.throws(() => requireTrainable(spec), { code: 'MODEL_INVALID', message });
});
