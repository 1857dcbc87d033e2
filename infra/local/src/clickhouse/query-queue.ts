import { ClickHouseException } from './exception.ts';

/** Lets a limited number of queries run at once. */
export interface QueryQueue {
  /**
   * Runs `action` when it is its turn.
   *
   * @throws ClickHouseException TOO_MANY_SIMULTANEOUS_QUERIES when the queue is full, ABORTED when
   *   `signal` (the client went away) fires while it waits.
   */
  run<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T>;
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
}

/** A queue in order of arrival: `running` queries at once and at most `waiting` more in line. */
export function createQueryQueue(limits: { running: number; waiting: number }): QueryQueue {
  let running = 0;
  const line = new Set<() => void>();
  const idlers: (() => void)[] = [];

  const enter = (signal: AbortSignal): Promise<void> => {
    if (running < limits.running) {
      running++;
      return Promise.resolve();
    }
    if (line.size >= limits.waiting) {
      const message = `Too many simultaneous queries: ${running} run and ${line.size} wait. Send fewer at once.`;
      return Promise.reject(new ClickHouseException('TOO_MANY_SIMULTANEOUS_QUERIES', message));
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        line.delete(turn);
        reject(
          new ClickHouseException('ABORTED', 'The client closed the connection before its query began.'),
        );
      };
      const turn = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      line.add(turn);
    });
  };

  const next = (): void => {
    const [turn] = line;
    if (turn !== undefined) {
      line.delete(turn);
      turn();
      return;
    }
    running--;
    if (running === 0) for (const resolve of idlers.splice(0)) resolve();
  };

  return {
    async run(signal, action) {
      await enter(signal);
      try {
        return await action();
      } finally {
        next();
      }
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
}
