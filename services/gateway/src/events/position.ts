import { EVENT_TOPIC_NAMES, type EventTopic } from './event.ts';

/** How far a reader has come: by `topic/partition` the next offset. */
export type Position = Map<string, number>;

/** Names a partition in a position. */
export function placeKey(topic: EventTopic, partition: number): string {
  return `${topic}/${partition}`;
}

/**
 * A position as the id of an event: `<topic>.<partition>.<offset>` with commas, topics by their
 * number. Whoever comes again with it, at whatever gateway, goes on there. Pure.
 */
export function idOfPosition(position: Position): string {
  return [...position]
    .map(([key, offset]) => {
      const at = key.lastIndexOf('/');
      return `${EVENT_TOPIC_NAMES.indexOf(key.slice(0, at) as EventTopic)}.${key.slice(at + 1)}.${offset}`;
    })
    .join(',');
}

/** The other way round; undefined for a text that is no id. Pure. */
export function positionOfId(id: string): Position | undefined {
  const position: Position = new Map();
  for (const part of id.split(',')) {
    const [, topic = '', partition = '', offset = ''] = /^(\d)\.(\d{1,5})\.(\d{1,15})$/.exec(part) ?? [];
    const name = EVENT_TOPIC_NAMES[Number(topic)];
    if (topic === '' || name === undefined) return undefined;
    position.set(placeKey(name, Number(partition)), Number(offset));
  }
  return position;
}
