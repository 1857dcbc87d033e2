import { textsOfRows } from '@driftloop/spec';
import { type Answered, CommandQueue, type QueuedCommand } from './command-queue.ts';
import { type Ending, ProcessEnded } from './ending.ts';
import type {
  LoadedModel,
  RunResult,
  SessionCommand,
  SessionModel,
  SessionReply,
  SessionSettings,
} from './protocol.ts';
import { createRestart } from './restarts.ts';
import { type SessionProcess, startSessionProcess } from './session-process.ts';

/** A place for versions: a process, and the next one when it has ended. */
export interface SessionHost {
  /** Versions that it holds. */
  readonly slots: number;
  readonly pid: number | undefined;
  /** Rejects with an Error that says what is wrong with the model, or with ProcessEnded. */
  load(slot: number, model: SessionModel): Promise<LoadedModel>;
  /**
   * Rejects with ProcessEnded when the process has ended with this in hand, with SlotMoved when the
   * version has gone elsewhere.
   */
  run(
    slot: number,
    features: Float32Array<ArrayBuffer>,
    rows: number,
    texts?: readonly string[],
  ): Promise<RunResult>;
  release(slot: number): Promise<void>;
  /** Takes a version over that was loaded elsewhere. */
  adopt(slot: number, model: SessionModel): void;
  /** Gives a version up to another host. */
  give(slot: number): SessionModel | undefined;
  close(): Promise<void>;
}

/** The version has gone to another host: ask there. */
export class SlotMoved extends Error {}

/**
 * Creates a host; its process is started with the first version.
 *
 * @param onOffence a run of this version has ended the process: called before the process is
 *   replaced
 * @param startProcess what starts it; a thread does for models that cannot end it
 */
export function createSessionHost(
  settings: SessionSettings,
  onOffence: (slot: number, ending: Ending) => void,
  startProcess: typeof startSessionProcess = startSessionProcess,
): SessionHost {
  const models = new Map<number, SessionModel>();
  const queue = new CommandQueue((item) => process?.send(item.command, item.payload));
  let process: SessionProcess | undefined;
  /** The process has all versions; until then only they are sent to it. */
  let ready = false;
  let closed = false;

  const enqueue = (command: SessionCommand, payload: Uint8Array, first = false) =>
    new Promise<Answered>((resolve, reject) => {
      if (closed) return reject(closedError());
      const item: QueuedCommand = { command, payload, resolve, reject, sent: false };
      queue.add(item, first);
      if (process && (ready || first)) queue.transmit(item);
      else if (!process) restart();
    });
  const load = async (slot: number, model: SessionModel, first: boolean): Promise<LoadedModel> => {
    const { onnx, name: _forPeople, ...shape } = model;
    const { reply } = await enqueue({ kind: 'load', slot, shape }, onnx, first);
    if (!reply.loaded) throw new Error('a load has no result');
    return reply.loaded;
  };

  const onReply = (reply: SessionReply, payload: Uint8Array<ArrayBuffer>) => queue.answer(reply, payload);
  const onEnd = (ending: Ending) => {
    process = undefined;
    ready = false;
    const { item: inHand, forMs } = queue.takeInHand();
    if (closed) {
      inHand?.reject(closedError());
      queue.rejectAll(closedError);
      return;
    }
    if (inHand?.command.kind === 'run') onOffence(inHand.command.slot, ending);
    inHand?.reject(new ProcessEnded(ending, forMs));
    if (models.size > 0 || queue.length > 0) restart();
  };

  const start = async () => {
    process = startProcess(settings, { onReply, onEnd });
    for (const [slot, model] of models) await load(slot, model, true);
    ready = true;
    queue.transmitAll();
  };
  const restart = createRestart({
    start,
    isSettled: () => closed || ready,
    kill: () => process?.kill(),
    giveUp: (reason) => queue.rejectAll(() => new ProcessEnded({ code: 'RUNTIME_CRASHED', reason }, 0)),
  });

  return {
    get slots() {
      return models.size;
    },
    get pid() {
      return process?.pid;
    },
    async load(slot, model) {
      const loaded = await load(slot, model, false);
      models.set(slot, model);
      return loaded;
    },
    async run(slot, features, rows, texts = []) {
      const model = models.get(slot);
      if (!model) throw new SlotMoved();
      const bytes = new Uint8Array(features.buffer, features.byteOffset, features.byteLength);
      const slots = model.texts?.slots;
      // Only the texts of these rows go to the process.
      const given = slots && { texts: textsOfRows({ slots, texts }, features, model.width) };
      return resultOf(await enqueue({ kind: 'run', slot, rows, ...given }, bytes), rows);
    },
    async release(slot) {
      if (!models.delete(slot) || closed) return;
      // Without a process it is not loaded anywhere.
      if (process) await enqueue({ kind: 'release', slot }, new Uint8Array(0)).catch(ignoreEnded);
    },
    adopt(slot, model) {
      models.set(slot, model);
      restart();
    },
    give(slot) {
      const model = models.get(slot);
      models.delete(slot);
      queue.rejectUnsent(
        () => new SlotMoved(),
        ({ command }) => command.slot === slot,
      );
      return model;
    },
    async close() {
      closed = true;
      queue.rejectUnsent(closedError);
      await process?.kill();
    },
  };
}

/** What a run has answered; its numbers lie in the payload, which is not copied. */
function resultOf({ reply, payload }: Answered, rows: number): RunResult {
  if (!reply.ran) throw new Error('a run has no result');
  const split = rows * reply.ran.outputWidth;
  return {
    ...reply.ran,
    outputs: new Float32Array(payload.buffer, 0, split),
    predicted: new Float32Array(payload.buffer, split * Float32Array.BYTES_PER_ELEMENT, rows),
  };
}

function closedError(): Error {
  return new Error('the session processes are closed');
}

function ignoreEnded(error: unknown): void {
  if (!(error instanceof ProcessEnded)) throw error;
}
