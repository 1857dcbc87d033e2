import type { Bus, Follower } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import { EVENT_TOPIC_NAMES, type EventTopic, eventOf, type GatewayEvent } from './event.ts';
import { idOfPosition, type Position, placeKey, positionOfId } from './position.ts';

/** An event, and how far whoever has it has come. */
export interface IdentifiedEvent {
  readonly id: string;
  readonly event: GatewayEvent;
}

/** Events as they happen. */
export interface LiveEvents {
  /**
   * Every event after a position, then those that come, each once and those of a partition in their
   * order, until it is ended.
   *
   * @param lastId of the last event that the reader has; undefined for those from now on
   * @param options.signal ends it
   * @throws DriftloopError REQUEST_INVALID for an id that is none
   */
  read(
    lastId: string | undefined,
    options: { readonly signal: AbortSignal },
  ): AsyncGenerator<IdentifiedEvent>;
  /** The id of now. */
  currentId(): string;
  health(): { readonly ok: boolean; readonly reason?: string };
  /** Ends all who read. */
  close(): Promise<void>;
}

/** A reader that is so far behind is ended, events; it comes again with its last id. */
const MOST_WAITING = 10_000;

/**
 * Follows the topics from now on.
 * @returns once everything that is sent from here on will be seen
 */
export async function followEvents(
  bus: Pick<Bus, 'follow' | 'slice' | 'offsets'>,
  onCrash: (error: unknown) => void,
): Promise<LiveEvents> {
  const now: Position = new Map();
  const readers = new Set<(events: readonly GatewayEvent[]) => void>();
  const ended = new AbortController();
  const options = { fromBeginning: false, onCrash };
  const followers: Follower[] = [];
  for (const topic of EVENT_TOPIC_NAMES) {
    // Before the follower: what comes in between is read again, not lost.
    for (const { partition, high } of await bus.offsets(topic)) now.set(placeKey(topic, partition), high);
    followers.push(
      await bus.follow(
        topic,
        (records) => {
          const events = records.map((record) => eventOf(record));
          for (const { partition, offset } of events) now.set(placeKey(topic, partition), offset + 1);
          for (const reader of [...readers]) reader(events);
        },
        options,
      ),
    );
  }
  return {
    currentId: () => idOfPosition(now),
    async *read(lastId, { signal }) {
      const position = startOf(lastId, now);
      const waiting: GatewayEvent[] = [];
      let wake: () => void = () => undefined;
      const reader = (events: readonly GatewayEvent[]) => {
        for (const event of events) waiting.push(event);
        wake();
      };
      const isOver = () => signal.aborted || ended.signal.aborted || waiting.length > MOST_WAITING;
      // Listens before it reads what was: nothing falls in between, and what comes twice is
      // dropped.
      readers.add(reader);
      const onEnd = () => wake();
      for (const one of [signal, ended.signal]) one.addEventListener('abort', onEnd);
      try {
        if (lastId !== undefined) {
          for await (const event of missed(bus, position)) {
            if (isOver()) return;
            if (advance(position, event)) yield { id: idOfPosition(position), event };
          }
        }
        while (!isOver()) {
          const event = waiting.shift();
          if (event === undefined) {
            await new Promise<void>((resolve) => {
              wake = resolve;
              if (waiting.length > 0 || isOver()) resolve();
            });
          } else if (advance(position, event)) yield { id: idOfPosition(position), event };
        }
      } finally {
        readers.delete(reader);
        for (const one of [signal, ended.signal]) one.removeEventListener('abort', onEnd);
      }
    },
    health: () => followers.map((follower) => follower.health()).find(({ ok }) => !ok) ?? { ok: true },
    async close() {
      ended.abort();
      await Promise.all(followers.map((follower) => follower.close()));
    },
  };
}

function startOf(lastId: string | undefined, now: Position): Position {
  if (lastId === undefined) return new Map(now);
  const given = positionOfId(lastId);
  if (given === undefined)
    throw new DriftloopError('REQUEST_INVALID', `Last-Event-ID '${lastId}' is no id of an event.`);
  // Partitions that it does not name are new since, or made up: from now on.
  return new Map([...now].map(([key, offset]) => [key, given.get(key) ?? offset]));
}

/** What lies between a position and the end of now. */
async function* missed(bus: Pick<Bus, 'slice'>, position: Position): AsyncGenerator<GatewayEvent> {
  for (const [key, from] of [...position]) {
    const at = key.lastIndexOf('/');
    const range = { by: 'offset', from, partition: Number(key.slice(at + 1)) } as const;
    for await (const records of bus.slice(key.slice(0, at) as EventTopic, range))
      for (const record of records) yield eventOf(record);
  }
}

/** Whether the reader has not had it yet. */
function advance(position: Position, { topic, partition, offset }: GatewayEvent): boolean {
  const key = placeKey(topic, partition);
  if (offset < (position.get(key) ?? 0)) return false;
  position.set(key, offset + 1);
  return true;
}
