import { setTimeout as sleep } from 'node:timers/promises';
import { testStack } from '@driftloop/local';
import type { Benchmark, Result } from '../harness/benchmark.ts';
import { type Latencies, latenciesOf } from '../harness/latencies.ts';
import { inferenceService } from '../serve/contenders.ts';
import type { Measured } from '../serve/process.ts';
import { createSetting } from '../serve/setting.ts';
import { answerTimes } from './latencies.ts';
import { ATTACKS, type Attack, registerAttacked, sendPoison } from './poison.ts';
import { steadyRequests } from './traffic.ts';

/** Length of a stretch with one poisonous request, or with none. */
const STRETCH_MS = 30_000;
/** Bar: how long until the poison is a dead letter. */
const MOST_MS = 30_000;
/** Steady traffic meanwhile. */
const REQUESTS_PER_SECOND = 200;

/**
 * What a request that loops, fills the memory or crashes the runtime does to the other models: a
 * steady 200 requests per second of another model on the same partitions, in stretches of 30 s
 * without and with one such request. Afterwards the service is killed and started again: none of
 * the requests may be met once more.
 */
export const run: Benchmark = async () => {
  const stack = await testStack();
  const setting = await createSetting(stack.env, `${stack.topicPrefix}attack.`);
  let service: Measured | undefined;
  try {
    await registerAttacked(setting);
    service = inferenceService(setting).start();
    await Promise.race([service.ready, service.failed]);
    const answered = await answerTimes(setting);
    const traffic = steadyRequests(setting, REQUESTS_PER_SECOND);
    // The first requests load the models.
    await sleep(5_000);
    const calm = await stretch(() => Promise.resolve());
    const results: Result[] = [];
    for (const attack of ATTACKS) {
      let sentAt = 0;
      const attacked = await stretch(async () => {
        sentAt = await sendPoison(setting, attack);
      });
      const { code, at } = await letterOf(attack.model);
      const before = latenciesOf(answered.of(traffic.sentBetween(calm.from, calm.to)));
      const during = latenciesOf(answered.of(traffic.sentBetween(attacked.from, attacked.to)));
      results.push(...resultsOf(attack.model, before, during), letter(attack, code, at - sentAt));
    }
    await service.stop('SIGKILL');
    service = inferenceService(setting).start();
    await Promise.race([service.ready, service.failed]);
    await sleep(10_000);
    await traffic.stop();
    const letters = await setting.bus.tail('dead.letters', 0, 100);
    const most = letters.length;
    results.push({
      metric: 'dead letters after the service was killed and started again',
      value: most,
      unit: `for ${ATTACKS.length} requests`,
      bar: 'one each',
      holds: most === ATTACKS.length,
    });
    await answered.close();
    return results;
  } finally {
    await service?.stop();
    await setting.close();
    await stack.release();
  }

  async function letterOf(model: string) {
    for (;;) {
      const letters = await setting.bus.tail('dead.letters', 0, 100);
      const found = letters.find(({ key }) => key === `${model}-poison`);
      if (found) return { code: found.value.code, at: found.timestamp };
      await sleep(50);
    }
  }
};

async function stretch(attack: () => Promise<void>): Promise<{ from: number; to: number }> {
  const from = Date.now();
  await sleep(STRETCH_MS / 3);
  await attack();
  await sleep((2 * STRETCH_MS) / 3);
  return { from, to: Date.now() };
}

function resultsOf(attack: string, before: Latencies, during: Latencies): Result[] {
  const ratio = during.p99 / before.p99;
  return [
    {
      metric: `${attack}: p99 of another model's answers`,
      value: during.p99,
      unit: 'ms',
      peer: 'without an attack',
      peerValue: before.p99,
      ratio: 1 / ratio,
      bar: 'at most 2 times',
      holds: ratio <= 2,
      figures: { before, during },
    },
    { metric: `${attack}: longest wait for an answer of another model`, value: during.max, unit: 'ms' },
  ];
}

function letter({ model, codes }: Attack, found: string, afterMs: number): Result {
  return {
    metric: `${model}: the request is a dead letter (${found}) after`,
    value: afterMs,
    unit: 'ms',
    bar: `${codes.join(' or ')} within ${MOST_MS} ms`,
    holds: codes.includes(found) && afterMs <= MOST_MS,
  };
}
