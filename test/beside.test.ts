import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLinear } from '@driftloop/continual';
import { type BesideWorld, createBesideWorld, MODEL } from './fixtures/beside.ts';

/** All answers, requests and dead letters so far. */
async function read({ bus }: BesideWorld) {
  const all = async <T extends 'inference.predictions' | 'inference.requests' | 'dead.letters'>(topic: T) => {
    const values = [];
    for await (const records of bus.slice(topic, { by: 'offset' })) values.push(...records);
    return values.map(({ value }) => value);
  };
  return {
    answers: (await all('inference.predictions')) as {
      requestId: string;
      version: number;
      role: string;
      predicted: number;
    }[],
    requests: (await all('inference.requests')) as { requestId: string; eventTime: number }[],
    letters: (await all('dead.letters')) as { code: string; reason: string }[],
  };
}

test('payload logs of KServe and Seldon: each call once through kills, drift found, the model taken over', async () => {
  const world = await createBesideWorld();
  try {
    await world.registerIncumbent();
    // Stationary calls, over HTTP and from a topic, with a kill in the middle.
    const expected = new Map<string, number>();
    await world.send({ from: 0, to: 250, drifted: false, expected });
    const sending = world.send({ from: 250, to: 500, drifted: false, expected });
    await world.killPayloads();
    await world.startPayloads();
    await sending;
    await world.send({ from: 500, to: 1_000, drifted: true, expected });
    await world.sendHalf('lonely');
    await world.sendJunk();

    const found = await world.until(read, ({ answers }) => served(answers).length >= expected.size);
    assert.equal(found.requests.length, expected.size);
    const first = served(found.answers);
    assert.equal(new Set(first.map(({ requestId }) => requestId)).size, first.length);
    for (const { requestId, predicted, version } of first) {
      assert.equal(predicted, expected.get(requestId), requestId);
      assert.equal(version, 1);
    }
    assert.deepEqual(
      found.letters.map(({ code }) => code),
      ['PAYLOAD_INVALID'],
    );

    await world.sendLabels(expected);
    const verdict = await world.until(
      async ({ bus }) => {
        const states: string[] = [];
        for await (const records of bus.slice('drift.verdicts', { by: 'offset' }))
          states.push(...records.map(({ value }) => value.state));
        return states;
      },
      (states) => states.includes('drift'),
    );
    assert.equal(verdict[0], 'stable');
    const progress = await world.until(
      async ({ bus }) => {
        const ends: string[] = [];
        for await (const records of bus.slice('training.progress', { by: 'offset' }))
          for (const { value } of records) ends.push(JSON.stringify(value));
        return ends;
      },
      (ends) => ends.some((end) => end.includes('VERSION_MONITORED')),
    );
    assert.match(
      progress.join('\n'),
      /"failed".*VERSION_MONITORED: Version 1 of model 'loans' is served by others/,
    );

    // An own version in shadow beside it, then live.
    const { registry } = world;
    const version = await world.registerShadow(
      createLinear({ inputs: 2, task: 'binary', classes: 2, seed: 3 }),
    );
    let next = 1_000;
    const sendUntil = async (done: (answers: { version: number; role: string }[]) => boolean) => {
      for (;;) {
        await world.send({ from: next, to: next + 20, drifted: true, expected });
        next += 20;
        const { answers } = await world.until(read, (seen) => served(seen.answers).length >= expected.size);
        if (done(answers)) return answers;
        await sleep(50);
      }
    };
    await sendUntil((answers) =>
      answers.some((answer) => answer.role === 'shadow' && answer.version === version),
    );
    assert.equal((await registry.release(MODEL, { version, reason: 'as good', actor: 'test' })).is, 'live');
    const last = await sendUntil(
      (answers) =>
        served(answers).at(-1)?.version === version ||
        served(answers).some((answer) => answer.version === version),
    );
    assert.equal(served(last).length, expected.size);
    assert.equal(new Set(served(last).map(({ requestId }) => requestId)).size, expected.size);
    const summary = await world.until(
      ({ warehouse }) => warehouse.summary(MODEL),
      ({ requests, answered }) => requests === expected.size && answered === expected.size,
    );
    assert.equal(summary.repeated, 0);
  } finally {
    await world.close();
  }
});

function served<T extends { role: string }>(answers: readonly T[]): T[] {
  return answers.filter(({ role }) => role === 'live');
}
