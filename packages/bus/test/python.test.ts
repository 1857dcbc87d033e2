import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { partitionOfKey } from '../src/protocol/murmur2.ts';
import { type Fixture, openFixture } from './support/fixture.ts';
import { python } from './support/python.ts';

const COUNT = 300;

let fixture: Fixture;
before(async () => {
  fixture = await openFixture();
});
after(() => fixture.close());

test('requests of a plain Python producer are read, whatever its compression', {
  timeout: 400_000,
}, async (t) => {
  const program = await python();
  if ('missing' in program) {
    t.skip(program.missing);
    return;
  }
  const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
  const topic = `${fixture.prefix}inference.requests`;
  for (const compression of compressions) {
    await program.run(
      'produce.py',
      fixture.brokers[0] ?? '',
      fixture.registryUrl,
      topic,
      String(COUNT),
      compression,
    );
  }
  const seen = new Map<string, number>();
  for await (const records of fixture.bus.slice('inference.requests', { by: 'offset' })) {
    for (const { key, partition, value } of records) {
      const i = Number(key.slice('py-'.length));
      assert.deepEqual(value, {
        requestId: `py-${i}`,
        model: 'elec',
        eventTime: 1_700_000_000_000 + i,
        features: Float32Array.of(i + 0.5, -1.25, Number.NaN, 3.0e38),
        numbers: {},
        texts: {},
        vectors: {},
        answer: null,
      });
      assert.equal(partition, partitionOfKey(Buffer.from(key), 4));
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
  }
  assert.equal(seen.size, COUNT);
  assert.ok([...seen.values()].every((times) => times === compressions.length));
});
