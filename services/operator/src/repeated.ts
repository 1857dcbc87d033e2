/** Work that is done again whenever something has changed. */
export interface Repeated {
  /** Has it done soon; once more after what is under way. */
  now(): void;
  stop(): Promise<void>;
}

/**
 * Does work at once, when asked, and after every refresh; never twice at a time.
 *
 * @param jobs neither may throw
 * @param everyMs from the end of one refresh to the next
 */
export function createRepeated(
  jobs: { work(): Promise<void>; refresh(): Promise<void> },
  everyMs: number,
): Repeated {
  let isDue = true;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  const run = async () => {
    while (isDue && !isStopped) {
      isDue = false;
      await jobs.work();
    }
    running = undefined;
  };
  const now = () => {
    isDue = true;
    if (!isStopped) running ??= run();
  };
  const refresh = async () => {
    await jobs.refresh();
    now();
    if (!isStopped) timer = setTimeout(() => void refresh(), everyMs);
  };
  void refresh();
  return {
    now,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
