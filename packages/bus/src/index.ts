export { type Bus, type BusOptions, createBus } from './bus.ts';
export type {
  BatchOutcome,
  ConsumeOptions,
  Consumer,
  ConsumerHealth,
  HeldPartition,
  RecordBatch,
  StartPosition,
} from './consumer/consume-options.ts';
export { Semaphore } from './consumer/semaphore.ts';
export type { ForeignRecord } from './foreign.ts';
export type { KeptBytes } from './history/bytes.ts';
export type { Follower, FollowerHealth, FollowOptions } from './history/follow.ts';
export type { SliceRange } from './history/slice.ts';
export type { Outgoing, SendOptions, TypedProducer } from './producer/typed-producer.ts';
export { partitionOfKey } from './protocol/murmur2.ts';
export { reachKafka, reachRegistry } from './reach.ts';
export type { BusRecord, RefusedAt } from './records.ts';
export { maxRecordBytes } from './topics.ts';
export { tracedCall } from './tracing/calls.ts';
export { recordStep } from './tracing/scope.ts';
