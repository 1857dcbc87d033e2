import type { SessionCommand, SessionReply, SessionSettings } from './protocol.ts';
import { createSession, type Session } from './session.ts';
import type { Watch } from './watch.ts';

/** What a command came to. */
export interface CarriedOut {
  readonly reply: SessionReply;
  /** After a run its outputs and then `predicted`. */
  readonly numbers: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * Owns ONNX Runtime's sessions and carries out one command after the other. Everything here keeps
 * the calling thread busy.
 */
export function createSessions(
  settings: SessionSettings,
  watch: Watch,
): (command: SessionCommand, payload: Uint8Array<ArrayBuffer>) => Promise<CarriedOut> {
  const sessions = new Map<number, Session>();
  /** Size of the process with the versions that it holds, before requests. */
  let baseBytes = 0;
  let last: Promise<unknown> = Promise.resolve();

  const carryOut = async (command: SessionCommand, payload: Uint8Array<ArrayBuffer>): Promise<CarriedOut> => {
    try {
      const session = sessions.get(command.slot);
      switch (command.kind) {
        case 'load': {
          const made = await createSession(payload, command.shape, settings, watch, () => baseBytes);
          sessions.set(command.slot, made);
          baseBytes = process.memoryUsage.rss();
          return { reply: { loaded: made.loaded }, numbers: [] };
        }
        case 'run': {
          if (!session) throw new Error(`slot ${command.slot} holds no model`);
          const features = new Float32Array(payload.buffer);
          const { outputs, predicted, ...ran } = await session.run(
            features,
            command.rows,
            command.texts ?? [],
          );
          const numbers = [outputs, predicted].map(({ buffer }) => new Uint8Array(buffer));
          return { reply: { ran }, numbers };
        }
        case 'release':
          sessions.delete(command.slot);
          await session?.release();
          baseBytes = process.memoryUsage.rss();
          return { reply: {}, numbers: [] };
      }
    } catch (error) {
      return { reply: { error: error instanceof Error ? error.message : String(error) }, numbers: [] };
    }
  };
  return (command, payload) => {
    const done = last.then(() => carryOut(command, payload));
    last = done;
    return done;
  };
}
