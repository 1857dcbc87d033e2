import type { SessionCommand, SessionReply } from './protocol.ts';

/** What a command comes to. */
export interface Answered {
  readonly reply: SessionReply;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** A command on its way. */
export interface QueuedCommand {
  readonly command: SessionCommand;
  readonly payload: Uint8Array;
  resolve(answer: Answered): void;
  reject(error: Error): void;
  /** Belongs to the process that runs now. */
  sent: boolean;
}

/** Commands for one process, which answers them in the order in which they were sent. */
export class CommandQueue {
  #items: QueuedCommand[] = [];
  #inHandSince = 0;
  readonly #send: (item: QueuedCommand) => void;

  /** @param send hands a command to the process that runs now */
  constructor(send: (item: QueuedCommand) => void) {
    this.#send = send;
  }

  get length(): number {
    return this.#items.length;
  }

  /** @param first before all that is not sent */
  add(item: QueuedCommand, first: boolean): void {
    if (first) this.#items.splice(this.#items.findLastIndex(({ sent }) => sent) + 1, 0, item);
    else this.#items.push(item);
  }

  transmit(item: QueuedCommand): void {
    item.sent = true;
    if (this.#items[0] === item) this.#inHandSince = performance.now();
    this.#send(item);
  }

  transmitAll(): void {
    for (const item of this.#items) if (!item.sent) this.transmit(item);
  }

  /** The process has answered the command that was in hand. */
  answer(reply: SessionReply, payload: Uint8Array<ArrayBuffer>): void {
    const item = this.#items.shift();
    this.#inHandSince = performance.now();
    if (reply.error === undefined) item?.resolve({ reply, payload });
    else item?.reject(new Error(reply.error));
  }

  /** The process has ended: takes out what it had in hand; the others wait for the next one. */
  takeInHand(): { readonly item: QueuedCommand | undefined; readonly forMs: number } {
    const item = this.#items[0]?.sent ? this.#items.shift() : undefined;
    for (const waiting of this.#items) waiting.sent = false;
    return { item, forMs: performance.now() - this.#inHandSince };
  }

  /** Gives up commands that are not sent, all or those that are meant. */
  rejectUnsent(error: () => Error, isMeant: (item: QueuedCommand) => boolean = () => true): void {
    const given = this.#items.filter((item) => !item.sent && isMeant(item));
    this.#items = this.#items.filter((item) => !given.includes(item));
    for (const { reject } of given) reject(error());
  }

  rejectAll(error: () => Error): void {
    for (const { reject } of this.#items.splice(0)) reject(error());
  }
}
