import { followTokens } from '@driftloop/access';
import type { Bus, TypedProducer } from '@driftloop/bus';
import { followStudies } from '@driftloop/studies';
import { followAnswers } from './answers/follow-answers.ts';
import type { GatewayContext } from './context.ts';
import { followEvents } from './events/live-events.ts';
import { followCommandAnswers } from './idempotency/command-answers.ts';
import { followNotes } from './notes/follow-notes.ts';

/** What the gateway keeps up to date from Kafka for its routes. */
export interface Followed {
  readonly parts: Pick<
    GatewayContext,
    'answers' | 'tokens' | 'events' | 'commandAnswers' | 'studies' | 'notes'
  >;
  /** Why one of them is not followed any more; undefined while all are. */
  trouble(): { readonly reason?: string | undefined } | undefined;
  /** Ends all waiting for answers. */
  endWaiting(): void;
  close(): Promise<void>;
}

/** What it is followed with. */
export interface FollowParts {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  /** Requests whose outcomes are remembered until ClickHouse has them. */
  readonly remembered: number;
  /** Wall clock, epoch ms. */
  now(): number;
  /** Told where following ends for good. */
  fail(error: unknown): void;
}

/** Follows all of it; resolves once what was there is folded. */
export async function followAll({ bus, producer, remembered, now, fail }: FollowParts): Promise<Followed> {
  const answers = await followAnswers(bus, remembered, fail);
  const tokens = await followTokens(bus, fail);
  const events = await followEvents(bus, fail);
  const commandAnswers = await followCommandAnswers(bus, { producer, now }, fail);
  const studies = await followStudies(bus, fail);
  const notes = await followNotes(bus, fail);
  const parts = { answers, tokens, events, commandAnswers, studies, notes };
  return {
    parts,
    trouble: () =>
      Object.values(parts)
        .map((part) => part.health())
        .find(({ ok }) => !ok),
    endWaiting: answers.close,
    async close() {
      await Promise.all([
        answers.end(),
        tokens.close(),
        events.close(),
        commandAnswers.close(),
        studies.close(),
        notes.close(),
      ]);
    },
  };
}
