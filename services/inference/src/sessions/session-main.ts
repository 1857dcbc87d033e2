/**
 * The process that owns ONNX Runtime: carries out one command after the other, for a service that
 * it does not outlive.
 */
import { Socket } from 'node:net';
import { createSessions } from './carry-out.ts';
import { createFrameReader, writeFrame } from './frames.ts';
import type { SessionCommand } from './protocol.ts';
import { startWatch } from './watch.ts';

const carryOut = createSessions(JSON.parse(process.argv[2] ?? ''), await startWatch(Number(process.argv[3])));

// Ctrl-C reaches the whole group; the service finishes what is in hand, and for that it needs its
// models.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const service = new Socket({ fd: 3, readable: true, writable: true });
service.once('close', () => process.exit(0));
service.on('error', () => process.exit(0));
service.on(
  'data',
  createFrameReader(({ head, payload }) => {
    void carryOut(head as SessionCommand, payload).then(({ reply, numbers }) =>
      writeFrame(service, reply, numbers),
    );
  }),
);
