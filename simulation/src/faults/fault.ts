import type { TopicName } from '@driftloop/schemas';
import type { SendFate } from '../bus/producer.ts';
import type { InFlight } from '../instance/instance.ts';

/** Something that goes wrong in a simulation. Times are milliseconds of virtual time. */
export type Fault =
  /**
   * An instance dies when it would get its n-th answer, over all its lives, and is started again.
   */
  | {
      readonly kind: 'crash';
      readonly instance: string;
      readonly atAnswer: number;
      readonly inFlight: InFlight;
      readonly downMs: number;
    }
  /** An instance stands still, and goes on as if nothing had happened. */
  | { readonly kind: 'pause'; readonly instance: string; readonly atMs: number; readonly forMs: number }
  /** An instance is stopped in good order and started again. */
  | { readonly kind: 'restart'; readonly instance: string; readonly atMs: number; readonly downMs: number }
  /** A second instance of a service comes for a while. */
  | {
      readonly kind: 'second';
      readonly service: string;
      readonly atMs: number;
      readonly forMs: number;
      readonly leaves: 'stopped' | 'killed';
    }
  /** The broker takes an instance for dead that is not. */
  | { readonly kind: 'expel'; readonly instance: string; readonly atMs: number }
  /** The n-th call of an instance that writes records, over all its lives. */
  | { readonly kind: 'send'; readonly instance: string; readonly nth: number; readonly fate: SendFate }
  /** Everything takes an instance longer. */
  | {
      readonly kind: 'slow';
      readonly instance: string;
      readonly atMs: number;
      readonly forMs: number;
      readonly extraMs: number;
    }
  /** Nobody can read a partition. */
  | {
      readonly kind: 'block';
      readonly topic: TopicName;
      readonly partition: number;
      readonly atMs: number;
      readonly forMs: number;
    }
  /** ClickHouse reads nothing from a topic. */
  | { readonly kind: 'stall'; readonly topic: TopicName; readonly atMs: number; readonly forMs: number }
  /** ClickHouse or the artifact store cannot be reached. */
  | {
      readonly kind: 'away';
      readonly what: 'warehouse' | 'store';
      readonly atMs: number;
      readonly forMs: number;
    }
  /** Requests, answers and labels get more partitions, on which nothing comes. */
  | { readonly kind: 'grow'; readonly atMs: number; readonly partitions: number }
  /** Everything is killed at once and stays down: what comes meanwhile is a backlog. */
  | { readonly kind: 'outage'; readonly atMs: number; readonly forMs: number };

/** A fault in a line. */
export function faultText(fault: Fault): string {
  const { kind, ...rest } = fault;
  const parts = Object.entries(rest).map(([name, value]) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return `${name}=${text}`;
  });
  return `${kind} ${parts.join(' ')}`;
}
