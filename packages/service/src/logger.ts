import { type Logger, pino } from 'pino';

export type { Logger };

/** Creates a logger that writes one JSON object per line to standard output. */
export function createLogger(options: { name: string; level: string }): Logger {
  return pino(
    {
      name: options.name,
      level: options.level,
      base: { service: options.name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    // Synchronous, so that the last lines before a crash are not lost.
    pino.destination({ dest: 1, sync: true }),
  );
}
