import { setTimeout as sleep } from 'node:timers/promises';
import { steadyRequests } from '../attack/traffic.ts';
import { type Latencies, latenciesOf } from '../harness/latencies.ts';
import type { Setting } from '../serve/setting.ts';
import { followAnswers } from '../swap/answers.ts';

/** How serving fared over a stretch of time. */
export interface Stretch extends Latencies {
  /** Answers per second within the stretch. */
  readonly perSecond: number;
  /** Requests of the stretch whose answers had not come a second after it. */
  readonly behind: number;
}

const AFTER_MS = 1_000;

/** Sends requests at a rate for a while, and notes how long their answers take. */
export async function measureStretch(setting: Setting, rate: number, ms: number): Promise<Stretch> {
  const answers = await followAnswers(setting.bus, { fromBeginning: false });
  try {
    const traffic = steadyRequests(setting, rate);
    const from = Date.now();
    await sleep(ms);
    await traffic.stop();
    const sent = traffic.sentBetween(from, Number.POSITIVE_INFINITY);
    await sleep(AFTER_MS);
    const behind = answers.missing(sent);
    const waits = answers.waits(sent);
    return {
      ...latenciesOf(waits),
      perSecond: (1_000 * waits.filter((wait) => wait < AFTER_MS).length) / ms,
      behind,
    };
  } finally {
    await answers.close();
  }
}
