import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '@driftloop/service';
import type { End } from '../src/supervisor/restart-policy.ts';
import { createWatched } from '../src/supervisor/watched.ts';

const END: End = { at: 0, reason: 'KAFKA_UNAVAILABLE: gone.', readyForMs: 0, mayRecover: true };
const never = () => new Promise<End>(() => {});

function watch() {
  const told: string[] = [];
  const counted: string[] = [];
  const watched = createWatched(
    {
      ended: (name, { reason }, givenUp) =>
        void counted.push(`${name}: ${reason}${givenUp ? ' (given up)' : ''}`),
    },
    createLogger({ name: 'test', level: 'silent' }),
    (message) => void told.push('name' in message ? `${message.type} ${message.name}` : message.type),
    new AbortController().signal,
  );
  return { watched, told, counted };
}

test('all are ready only when all are ready at the same time', async () => {
  const { watched, told, counted } = watch();
  const first = Promise.withResolvers<End>();
  let runs = 0;
  watched.keep('one', '/log', (onReady) => {
    onReady();
    runs += 1;
    return runs === 1 ? first.promise : never();
  });
  // The other becomes ready when the first has ended.
  watched.keep('other', '/log', async (onReady) => {
    first.resolve(END);
    await first.promise;
    setImmediate(onReady);
    return never();
  });
  await watched.settled();
  assert.deepEqual(told, ['ready one', 'again one', 'ready other', 'ready one']);
  assert.deepEqual(counted, ['one: KAFKA_UNAVAILABLE: gone.']);
});

test('what is given up fails the start in a line, once all others have settled', async () => {
  const { watched, counted } = watch();
  watched.keep('one', '/logs/one.log', async () => ({
    ...END,
    reason: 'Settings are not valid.',
    mayRecover: false,
  }));
  watched.keep('other', '/log', (onReady) => {
    onReady();
    return never();
  });
  await assert.rejects(watched.settled(), {
    code: 'LOCAL_START_FAILED',
    message: 'one Settings are not valid. Its log is /logs/one.log',
  });
  assert.deepEqual(counted, ['one: Settings are not valid. (given up)']);
});
