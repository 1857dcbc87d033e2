import type { Logger } from '@driftloop/service';
import type { Codec } from '../codec/codec.ts';
import type { Connection } from '../kafka/connection.ts';

/** What readers outside of any group work with. */
export interface History {
  /** Shared by short reads; whoever waits for new records has one of its own. */
  readonly connection: Connection;
  readonly codec: Codec;
  readonly logger: Logger;
  readonly topicPrefix: string;
}
