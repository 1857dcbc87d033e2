import { Presets, SingleBar } from 'cli-progress';

/** A bar for long work; silent where standard error is no terminal. */
export function createProgressBar(
  label: string,
  total: number,
): { update(done: number): void; stop(): void } {
  const bar = new SingleBar(
    {
      format: `${label} {bar} {percentage}% {value}/{total} {eta_formatted}`,
      stream: process.stderr,
      noTTYOutput: false,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}
