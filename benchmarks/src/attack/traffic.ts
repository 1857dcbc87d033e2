import { SPEC, WIDTH } from '../serve/model.ts';
import { PARTITIONS, type Setting } from '../serve/setting.ts';

/** Time between two batches of requests. */
const EVERY_MS = 20;

/** Requests that are on their way. */
export interface Traffic {
  /** Ids with when each was sent, of those that were sent in [from, to), epoch ms. */
  sentBetween(from: number, to: number): { readonly id: string; readonly at: number }[];
  stop(): Promise<void>;
}

/** Sends requests of the benchmark's model at a steady rate, over all partitions in turn. */
export function steadyRequests({ producer }: Setting, perSecond: number): Traffic {
  const sent: { id: string; at: number }[] = [];
  let underWay: Promise<unknown> = Promise.resolve();
  const begun = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    // As many as are due by now: a timer that comes late makes up for it.
    const due = Math.floor(((now - begun) * perSecond) / 1000) - sent.length;
    const records = Array.from({ length: Math.max(0, due) }, () => {
      const number = sent.length;
      const id = `steady-${begun}-${number}`;
      sent.push({ id, at: now });
      const value = { requestId: id, model: SPEC.model, eventTime: now, features: new Float32Array(WIDTH) };
      return { key: id, value, partition: number % PARTITIONS };
    });
    underWay = Promise.all([underWay, producer.send('inference.requests', records)]);
  }, EVERY_MS);
  return {
    sentBetween: (from, to) => sent.filter(({ at }) => at >= from && at < to),
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
