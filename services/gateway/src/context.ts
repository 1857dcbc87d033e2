import type { TypedProducer } from '@driftloop/bus';
import type { Registry } from '@driftloop/registry';
import type { Warehouse } from '@driftloop/warehouse';

/** What the routes work with. */
export interface GatewayContext {
  readonly registry: Registry;
  readonly warehouse: Warehouse;
  readonly producer: TypedProducer;
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** A new unique id. */
  newId(): string;
}
