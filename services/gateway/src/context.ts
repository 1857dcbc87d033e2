import type { FollowedTokens } from '@driftloop/access';
import type { Bus, TypedProducer } from '@driftloop/bus';
import type { Registry } from '@driftloop/registry';
import type { FollowedStudies } from '@driftloop/studies';
import type { Warehouse } from '@driftloop/warehouse';
import type { Answers } from './answers/answers.ts';
import type { LiveEvents } from './events/live-events.ts';
import type { CommandAnswers } from './idempotency/command-answers.ts';
import type { FollowedNotes } from './notes/follow-notes.ts';

/** What the routes work with. */
export interface GatewayContext {
  readonly registry: Registry;
  readonly warehouse: Warehouse;
  readonly bus: Bus;
  readonly producer: TypedProducer;
  readonly answers: Answers;
  /** API tokens, sessions and login codes. */
  readonly tokens: FollowedTokens;
  /** What happens to models, as it happens. */
  readonly events: LiveEvents;
  /** Studies and how far they are. */
  readonly studies: FollowedStudies;
  /** What persons wrote down about models. */
  readonly notes: FollowedNotes;
  /** What was answered to commands, by their keys. */
  readonly commandAnswers: CommandAnswers;
  /** How long a call waits for its answers unless it says, ms. */
  readonly inferTimeoutMs: number;
  /** Whether answers can be given now. */
  isReady(): boolean;
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** A new unique id. */
  newId(): string;
}
