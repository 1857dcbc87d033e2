import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where calls go, and what each of them sends. */
export interface Target {
  readonly url: string;
  /** The body of a call, JSON. */
  body(call: number): string;
}

/** What some calls came to. */
export interface Load {
  /** Milliseconds of each call that was answered by 200. */
  readonly latenciesMs: readonly number[];
  readonly failed: number;
  readonly seconds: number;
}

/**
 * Calls at a fixed rate, whether or not earlier calls have been answered. A latency counts from
 * when its call was due: a server that falls behind is not spared.
 */
export async function atRate(target: Target, perSecond: number, seconds: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, noDelay: true });
  const calls: Promise<number | undefined>[] = [];
  const startedAt = performance.now();
  for (let call = 0; call < perSecond * seconds; call++) {
    const due = startedAt + (call * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    calls.push(send(target, call, agent).then((ok) => (ok ? performance.now() - due : undefined)));
  }
  return sum(await Promise.all(calls), startedAt, agent);
}

/** Calls on so many connections, each as soon as the one before it is answered. */
export async function backToBack(target: Target, connections: number, seconds: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, noDelay: true, maxSockets: connections });
  const startedAt = performance.now();
  const end = startedAt + seconds * 1_000;
  let next = 0;
  const loops = Array.from({ length: connections }, async () => {
    const own: (number | undefined)[] = [];
    while (performance.now() < end) {
      const begun = performance.now();
      own.push((await send(target, next++, agent)) ? performance.now() - begun : undefined);
    }
    return own;
  });
  return sum((await Promise.all(loops)).flat(), startedAt, agent);
}

function sum(latencies: readonly (number | undefined)[], startedAt: number, agent: Agent): Load {
  agent.destroy();
  const latenciesMs = latencies.filter((latency) => latency !== undefined);
  return {
    latenciesMs,
    failed: latencies.length - latenciesMs.length,
    seconds: (performance.now() - startedAt) / 1_000,
  };
}

/** @returns whether it was answered by 200 */
function send({ url, body }: Target, call: number, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode === 200));
        answer.once('error', () => resolve(false));
      },
    );
    sent.once('error', () => resolve(false));
    sent.end(body(call));
  });
}

/** The value that a share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
