import type { Setting } from '../serve/setting.ts';

/** How long requests waited for their answers, ms. */
export interface Latencies {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** When answers came. */
export interface AnswerTimes {
  /** Waits of these requests, ms; one without an answer has waited until now. */
  of(requests: readonly { readonly id: string; readonly at: number }[]): number[];
  close(): Promise<void>;
}

/** Notes when each answer could be read. */
export async function answerTimes({ bus }: Setting): Promise<AnswerTimes> {
  const came = new Map<string, number>();
  const follower = await bus.follow(
    'inference.predictions',
    (records) => {
      const now = Date.now();
      for (const { value } of records) came.set(value.requestId, now);
    },
    { onCrash: (error) => console.error(error) },
  );
  return {
    of: (requests) => requests.map(({ id, at }) => (came.get(id) ?? Date.now()) - at),
    close: () => follower.close(),
  };
}

/** Percentiles by nearest rank. */
export function latenciesOf(waits: readonly number[]): Latencies {
  const sorted = [...waits].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { requests: sorted.length, p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}
