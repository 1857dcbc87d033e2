/**
 * # 3. A crash between output and commit
 *
 * The worst moment: outputs are on Kafka, the state that they follow from is not yet. After the
 * restart the state is the older one, and the records since are folded again. They come to the same
 * outputs, under the same names, because `apply` depends on nothing else: the repetition is byte
 * for byte what is there already, and a reader that knows the last name of each partition drops it.
 * Nothing is lost, nothing counts twice, and no transaction was needed.
 *
 * A checkpoint more often means less to repeat, and more to write: `checkpointEveryMs`.
 *
 * Next: 04-another-format.test.ts
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TypedProducer } from '@driftloop/bus';
import type { TrainingProgress } from '@driftloop/schemas';
import { type Fixture, openFixture, PARTITIONS, until } from '../support/fixture.ts';
import { countLabels, TOPIC } from './count-labels.ts';

let fixture: Fixture;
before(async () => {
  fixture = await openFixture();
});
after(() => fixture.close());

/** A producer that lets outputs through and dies at the checkpoint. */
function dyingAtCheckpoint(): TypedProducer {
  return {
    ...fixture.producer,
    send(topic, records, options) {
      if (topic === 'service.checkpoints') return Promise.reject(new Error('killed'));
      return fixture.producer.send(topic, records, options);
    },
  };
}

const reports = async () => (await fixture.readAll('training.progress')).map(({ value }) => value);
const nameOf = ({ commandId }: TrainingProgress) => commandId;

test('outputs that were written before the crash are written again, byte for byte, and told by their names', async () => {
  await fixture.sendLabels(0, 10 * PARTITIONS);
  const failures: unknown[] = [];
  const dying = await countLabels(fixture, { producer: dyingAtCheckpoint(), checkpointEveryMs: 0, failures });
  await until('it has died', () => failures.length > 0);
  await dying.stop();
  const before = await reports();
  assert.ok(before.length > 0, 'outputs are there');
  assert.deepEqual(await fixture.readAll('service.checkpoints'), [], 'a state is not');
  assert.ok((await fixture.bus.groupOffsets('counting', TOPIC)).every(({ offset }) => offset === -1));

  const again = await countLabels(fixture);
  await until('all is folded', async () => again.lag() === 0);
  await again.stop();
  const written = await reports();
  const expected = 2 * PARTITIONS;
  assert.equal(written.length, expected + before.length, 'what was there is there twice');

  const byName = new Map<string, TrainingProgress>();
  for (const report of written) {
    assert.deepEqual(byName.get(nameOf(report)) ?? report, report, 'a repetition says the same');
    byName.set(nameOf(report), report);
  }
  assert.equal(byName.size, expected, 'and nothing is missing');
});
