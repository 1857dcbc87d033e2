/** The process that owns ONNX Runtime: carries out one command after the other, for a service that it does not outlive. */
import { Socket } from 'node:net';
import { createFrameReader, type Frame, writeFrame } from './frames.ts';
import type { SessionCommand, SessionReply, SessionSettings } from './protocol.ts';
import { createSession, type Session } from './session.ts';
import { startWatch } from './watch.ts';

const settings: SessionSettings = JSON.parse(process.argv[2] ?? '');
const watch = await startWatch(Number(process.argv[3]));
const sessions = new Map<number, Session>();
/** Size of the process with the versions that it holds, before requests. */
let baseBytes = 0;
let last: Promise<void> = Promise.resolve();

// Ctrl-C reaches the whole group; the service finishes what is in hand, and for that it needs its models.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const service = new Socket({ fd: 3, readable: true, writable: true });
service.once('close', () => process.exit(0));
service.on('error', () => process.exit(0));
service.on(
  'data',
  createFrameReader((frame) => {
    last = last.then(() => carryOut(frame));
  }),
);

async function carryOut({ head, payload }: Frame): Promise<void> {
  const command = head as SessionCommand;
  let reply: SessionReply = {};
  let numbers: Uint8Array[] = [];
  try {
    const session = sessions.get(command.slot);
    switch (command.kind) {
      case 'load': {
        const made = await createSession(payload, command.shape, settings, watch, () => baseBytes);
        sessions.set(command.slot, made);
        baseBytes = process.memoryUsage.rss();
        reply = { loaded: made.loaded };
        break;
      }
      case 'run': {
        if (!session) throw new Error(`slot ${command.slot} holds no model`);
        const { outputs, predicted, ...ran } = await session.run(
          new Float32Array(payload.buffer),
          command.rows,
        );
        reply = { ran };
        numbers = [outputs, predicted].map(({ buffer }) => new Uint8Array(buffer));
        break;
      }
      case 'release':
        sessions.delete(command.slot);
        await session?.release();
        baseBytes = process.memoryUsage.rss();
        break;
    }
  } catch (error) {
    reply = { error: error instanceof Error ? error.message : String(error) };
  }
  writeFrame(service, reply, numbers);
}
