/** The thread that owns ONNX Runtime: carries out one command after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import type { SessionReply, SessionRequest, SessionSettings } from './protocol.ts';
import { createSession, type Session } from './session.ts';

const settings: SessionSettings = workerData;
const sessions = new Map<number, Session>();
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: SessionRequest) => {
  last = last.then(() => carryOut(request));
});

async function carryOut({ id, command }: SessionRequest): Promise<void> {
  let reply: SessionReply = { id };
  try {
    const session = sessions.get(command.slot);
    switch (command.kind) {
      case 'load':
        sessions.set(command.slot, await createSession(command.model, settings));
        break;
      case 'run': {
        if (!session) throw new Error(`slot ${command.slot} holds no model`);
        reply = { id, result: await session.run(command.features, command.rows) };
        break;
      }
      case 'release':
        sessions.delete(command.slot);
        await session?.release();
        break;
    }
  } catch (error) {
    reply = { id, error: error instanceof Error ? error.message : String(error) };
  }
  const { result } = reply;
  parentPort?.postMessage(reply, result ? [result.outputs.buffer, result.predicted.buffer] : []);
}
