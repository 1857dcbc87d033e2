import { redactUrls } from '@driftloop/errors';
import { type Logger, pino } from 'pino';

export type { Logger };

/** Lines that could not be written wait for the next attempt, so many bytes of them. */
const MOST_WAITING_BYTES = 1 << 20;

/**
 * Creates a logger that writes one JSON object per line to standard output, without the credentials
 * of URLs.
 */
export function createLogger(options: { name: string; level: string }): Logger {
  // Synchronous, so that the last lines before a crash are not lost.
  const output = pino.destination({ dest: 1, sync: true, maxLength: MOST_WAITING_BYTES });
  // A disk that is full, or a reader that is gone, takes no lines: whoever serves goes on without.
  output.on('error', () => undefined);
  return pino(
    {
      name: options.name,
      level: options.level,
      base: { service: options.name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    // Errors of libraries carry addresses in messages, stacks and fields of their own: a whole line
    // is the one place for all.
    { write: (line) => void output.write(redactUrls(line)) },
  );
}
