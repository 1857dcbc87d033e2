import { setTimeout as sleep } from 'node:timers/promises';
import { backOffMs } from '../back-off.ts';
import { type Ending, ProcessEnded } from './ending.ts';
import type {
  LoadedModel,
  RunResult,
  SessionCommand,
  SessionModel,
  SessionReply,
  SessionSettings,
} from './protocol.ts';
import { type SessionProcess, startSessionProcess } from './session-process.ts';

/** A place for versions: a process, and the next one when it has ended. */
export interface SessionHost {
  /** Versions that it holds. */
  readonly slots: number;
  readonly pid: number | undefined;
  /** Rejects with an Error that says what is wrong with the model, or with ProcessEnded. */
  load(slot: number, model: SessionModel): Promise<LoadedModel>;
  /** Rejects with ProcessEnded when the process has ended with this in hand, with SlotMoved when the version has gone elsewhere. */
  run(slot: number, features: Float32Array<ArrayBuffer>, rows: number): Promise<RunResult>;
  release(slot: number): Promise<void>;
  /** Takes a version over that was loaded elsewhere. */
  adopt(slot: number, model: SessionModel): void;
  /** Gives a version up to another host. */
  give(slot: number): SessionModel | undefined;
  close(): Promise<void>;
}

/** The version has gone to another host: ask there. */
export class SlotMoved extends Error {}

/** How long a process is tried to be had again before what waits for it is given up. */
const RESTART_WAIT_MS = 15_000;

interface Item {
  readonly command: SessionCommand;
  readonly payload: Uint8Array;
  resolve(answer: { reply: SessionReply; payload: Uint8Array<ArrayBuffer> }): void;
  reject(error: Error): void;
  /** Belongs to the process that runs now. */
  sent: boolean;
}

/**
 * Creates a host; its process is started with the first version.
 *
 * @param onOffence a run of this version has ended the process: called before the process is replaced
 * @param startProcess what starts it; a thread does for models that cannot end it
 */
export function createSessionHost(
  settings: SessionSettings,
  onOffence: (slot: number, ending: Ending) => void,
  startProcess: typeof startSessionProcess = startSessionProcess,
): SessionHost {
  const models = new Map<number, SessionModel>();
  let queue: Item[] = [];
  let process: SessionProcess | undefined;
  /** The process has all versions; until then only they are sent to it. */
  let ready = false;
  let isRestarting = false;
  let inHandSince = 0;
  let closed = false;

  const transmit = (item: Item) => {
    item.sent = true;
    if (queue[0] === item) inHandSince = performance.now();
    process?.send(item.command, item.payload);
  };
  const enqueue = (command: SessionCommand, payload: Uint8Array, first = false) =>
    new Promise<{ reply: SessionReply; payload: Uint8Array<ArrayBuffer> }>((resolve, reject) => {
      if (closed) return reject(new Error('the session processes are closed'));
      const item: Item = { command, payload, resolve, reject, sent: false };
      if (first) queue.splice(queue.findLastIndex(({ sent }) => sent) + 1, 0, item);
      else queue.push(item);
      if (process && (ready || first)) transmit(item);
      else if (!process) restart();
    });

  const onReply = (reply: SessionReply, payload: Uint8Array<ArrayBuffer>) => {
    const item = queue.shift();
    inHandSince = performance.now();
    if (reply.error === undefined) item?.resolve({ reply, payload });
    else item?.reject(new Error(reply.error));
  };
  const onEnd = (ending: Ending) => {
    process = undefined;
    ready = false;
    const inHand = queue[0]?.sent ? queue.shift() : undefined;
    const inHandMs = performance.now() - inHandSince;
    for (const item of queue) item.sent = false;
    if (closed) {
      for (const { reject } of [...(inHand ? [inHand] : []), ...queue.splice(0)])
        reject(new Error('the session processes are closed'));
      return;
    }
    if (inHand?.command.kind === 'run') onOffence(inHand.command.slot, ending);
    inHand?.reject(new ProcessEnded(ending, inHandMs));
    if (models.size > 0 || queue.length > 0) restart();
  };

  const start = async () => {
    process = startProcess(settings, { onReply, onEnd });
    for (const [slot, model] of models) await load(slot, model, true);
    ready = true;
    for (const item of queue) if (!item.sent) transmit(item);
  };
  const restart = () => {
    if (isRestarting) return;
    isRestarting = true;
    void restartUntilUp().finally(() => {
      isRestarting = false;
    });
  };
  const restartUntilUp = async () => {
    // What is asked for in this very moment goes along.
    await Promise.resolve();
    const since = performance.now();
    for (let attempt = 1; !closed && !ready; attempt++) {
      try {
        await start();
        return;
      } catch (error) {
        await process?.kill();
        if (performance.now() - since > RESTART_WAIT_MS) {
          const reason = `its process does not come back (${error instanceof Error ? error.message : error})`;
          for (const { reject } of queue.splice(0))
            reject(new ProcessEnded({ code: 'RUNTIME_CRASHED', reason }, 0));
          return;
        }
        await sleep(backOffMs(attempt), undefined, { ref: false });
      }
    }
  };

  const load = async (slot: number, model: SessionModel, first: boolean): Promise<LoadedModel> => {
    const { onnx, name: _forPeople, ...shape } = model;
    const { reply } = await enqueue({ kind: 'load', slot, shape }, onnx, first);
    if (!reply.loaded) throw new Error('a load has no result');
    return reply.loaded;
  };

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
    async run(slot, features, rows) {
      if (!models.has(slot)) throw new SlotMoved();
      const bytes = new Uint8Array(features.buffer, features.byteOffset, features.byteLength);
      const { reply, payload } = await enqueue({ kind: 'run', slot, rows }, bytes);
      if (!reply.ran) throw new Error('a run has no result');
      const split = rows * reply.ran.outputWidth;
      return {
        ...reply.ran,
        outputs: new Float32Array(payload.buffer, 0, split),
        predicted: new Float32Array(payload.buffer, split * Float32Array.BYTES_PER_ELEMENT, rows),
      };
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
      const moved = queue.filter(({ command, sent }) => !sent && command.slot === slot);
      queue = queue.filter((item) => !moved.includes(item));
      for (const { reject } of moved) reject(new SlotMoved());
      return model;
    },
    async close() {
      closed = true;
      for (const { reject, sent } of queue) if (!sent) reject(new Error('the session processes are closed'));
      queue = queue.filter(({ sent }) => sent);
      await process?.kill();
    },
  };
}

function ignoreEnded(error: unknown): void {
  if (!(error instanceof ProcessEnded)) throw error;
}
