import { ByteReader } from '../protocol/byte-reader.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';

/** Name of the assignment that all members of a group must agree on. */
export const PROTOCOL_NAME = 'copartition';

/** Partitions by topic. */
export type Assignment = ReadonlyMap<string, readonly number[]>;

/** A member as the group's leader sees it. */
export interface Member {
  readonly memberId: string;
  readonly topics: readonly string[];
}

/**
 * Shares partitions out: partition p of every topic goes to the same member, so that a member that
 * reads two topics has both sides of a key. The same members and partitions give the same result.
 *
 * @param partitions partition numbers by topic
 */
export function assignPartitions(
  members: readonly Member[],
  partitions: ReadonlyMap<string, readonly number[]>,
): Map<string, Map<string, number[]>> {
  const assignments = new Map(members.map(({ memberId }) => [memberId, new Map<string, number[]>()]));
  for (const [topic, numbers] of partitions) {
    const readers = members.filter(({ topics }) => topics.includes(topic)).map(({ memberId }) => memberId);
    readers.sort();
    if (readers.length === 0) continue;
    for (const partition of numbers) {
      const assignment = assignments.get(readers[partition % readers.length]!)!;
      assignment.set(topic, [...(assignment.get(topic) ?? []), partition]);
    }
  }
  return assignments;
}

/** What a member says about itself when it joins (Kafka's consumer protocol, version 0). */
export function writeSubscription(topics: readonly string[]): Buffer {
  const writer = new ByteWriter();
  writer.int16(0).array(topics, (topic) => writer.string(topic));
  return writer.bytes(Buffer.alloc(0)).done();
}

/** Topics that a member subscribed to. */
export function readSubscription(bytes: Buffer): string[] {
  const reader = new ByteReader(bytes);
  reader.int16();
  return reader.array(() => reader.string() ?? '');
}

/** What the leader tells a member. */
export function writeAssignment(assignment: Assignment): Buffer {
  const writer = new ByteWriter();
  writer.int16(0).array([...assignment], ([topic, partitions]) => {
    writer.string(topic).array(partitions, (partition) => writer.int32(partition));
  });
  return writer.bytes(Buffer.alloc(0)).done();
}

/** What a member is told; nothing at all when there is no partition for it. */
export function readAssignment(bytes: Buffer): Map<string, number[]> {
  if (bytes.length === 0) return new Map();
  const reader = new ByteReader(bytes);
  reader.int16();
  return new Map(reader.array(() => [reader.string() ?? '', reader.array(() => reader.int32())]));
}
