import type { VirtualTime } from '../time/virtual-time.ts';
import type { Group, Member } from './group.ts';

const INTERVAL_MS = 1_000;

/**
 * Commits the newest offsets of one generation: at once when it has been quiet, otherwise together.
 */
export class Committer {
  readonly #time: VirtualTime;
  readonly #group: Group;
  readonly #member: Member;
  readonly #generation: number;
  readonly #onLost: () => void;
  #pending = new Map<string, number>();
  #running: Promise<void> | undefined;
  #isTimed = false;
  #nextAt = 0;

  constructor(
    time: VirtualTime,
    {
      group,
      member,
      generation,
      onLost,
    }: { group: Group; member: Member; generation: number; onLost: () => void },
  ) {
    this.#time = time;
    this.#group = group;
    this.#member = member;
    this.#generation = generation;
    this.#onLost = onLost;
  }

  add(partition: string, offset: number): void {
    this.#pending.set(partition, offset);
    if (this.#running || this.#isTimed) return;
    const waitMs = this.#nextAt - this.#time.nowMs;
    if (waitMs <= 0) void this.#start();
    else this.#later(waitMs);
  }

  async flush(): Promise<void> {
    while (this.#running || this.#pending.size > 0) await (this.#running ?? this.#start());
  }

  #later(ms: number): void {
    this.#isTimed = true;
    this.#member.instance.after(ms, () => {
      this.#isTimed = false;
      if (this.#pending.size > 0 && !this.#running) void this.#start();
    });
  }

  #start(): Promise<void> {
    this.#running = this.#commit().finally(() => {
      this.#running = undefined;
      this.#nextAt = this.#time.nowMs + INTERVAL_MS;
      if (this.#pending.size > 0 && !this.#isTimed) this.#later(INTERVAL_MS);
    });
    return this.#running;
  }

  /** The broker takes the commit when the message arrives, whatever becomes of who sent it. */
  #commit(): Promise<void> {
    const { instance } = this.#member;
    const offsets = this.#pending;
    this.#pending = new Map();
    return new Promise((resolve) => {
      instance.send(instance.latencyMs(), () => {
        const result = this.#group.commit(this.#member, this.#generation, offsets);
        instance.after(instance.latencyMs(), () =>
          instance.answered(() => {
            if (result === 'lost') this.#onLost();
            resolve();
          }),
        );
      });
    });
  }
}
