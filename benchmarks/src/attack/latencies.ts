import type { Setting } from '../serve/setting.ts';

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
