import { randomUUID } from 'node:crypto';
import type { Bus, TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { LetterDecision, LetterDecisionKind } from '@driftloop/schemas';
import type { Warehouse } from '@driftloop/warehouse';
import { claimOf, type LoggedDecision, stateOf, TAKE_OVER_MS } from './decisions.ts';
import { type Place, placeText } from './place.ts';

/** What decisions are made with. */
export interface DecisionParts {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  readonly warehouse: Warehouse;
  /** Wall clock, epoch ms. */
  now(): number;
  /**
   * How long whoever has begun to send a letter again may do so before another may, ms.
   * @default 120000
   */
  readonly takeOverMs?: number;
}

/** Who decides, and why. */
export interface Because {
  readonly actor: string;
  readonly reason: string;
}

/** A letter that was left as it is, and why. */
export interface LeftAlone {
  readonly place: Place;
  readonly error: DriftloopError;
}

/** How long the next look at ClickHouse is waited for, ms; it comes anyway. */
const INGEST_MS = 10_000;

/** All decisions about some letters, by the text of their places, in the order of the log. */
export async function decisionsAbout(
  bus: Bus,
  places: readonly Place[],
): Promise<Map<string, LoggedDecision[]>> {
  const found = new Map<string, LoggedDecision[]>(places.map((place) => [placeText(place), []]));
  const range = { by: 'offset', keep: (key: string) => found.has(key) } as const;
  for await (const records of bus.slice('letter.decisions', range))
    for (const { key, value, timestamp } of records)
      found.get(key)?.push({ decision: value, loggedAt: timestamp });
  return found;
}

/** Writes the same decision about some letters. @returns its id */
export async function writeDecisions(
  { producer, now }: Pick<DecisionParts, 'producer' | 'now'>,
  places: readonly (Place & Pick<Partial<LetterDecision>, 'after'>)[],
  kind: LetterDecisionKind,
  {
    actor,
    reason,
    mended = false,
    decisionId = randomUUID(),
  }: Because & {
    readonly mended?: boolean;
    readonly decisionId?: string;
  },
): Promise<string> {
  const at = now();
  await producer.send(
    'letter.decisions',
    places.map((place) => {
      const { topic, partition, offset, after = null } = place;
      const value = { topic, partition, offset, kind, decisionId, at, actor, reason, mended, after };
      return { key: placeText(place), value };
    }),
  );
  return decisionId;
}

/** Why a letter cannot be decided about now; undefined where it can. */
export function objection(
  place: Place,
  decisions: readonly LoggedDecision[],
  kind: 'resend' | 'discard',
  { now, takeOverMs = TAKE_OVER_MS }: Pick<DecisionParts, 'now' | 'takeOverMs'>,
): DriftloopError | undefined {
  const state = stateOf(decisions);
  const last = decisions.findLast(({ decision }) => decision.kind === state)?.decision;
  if (last !== undefined && (state === 'resent' || (state === 'discarded' && kind === 'discard'))) {
    const did = state === 'resent' ? 'was sent again' : 'was discarded';
    return new DriftloopError(
      'LETTER_DECIDED',
      `${placeText(place)} ${did} by ${last.actor} at ${new Date(last.at).toISOString()}: ${last.reason}`,
    );
  }
  const claim = claimOf(decisions, takeOverMs);
  return claim && now() - claim.loggedAt < takeOverMs ? inHand(place, claim, takeOverMs) : undefined;
}

/** Somebody else sends the letter again. */
export function inHand(
  place: Place,
  { decision, loggedAt }: LoggedDecision,
  takeOverMs = TAKE_OVER_MS,
): DriftloopError {
  return new DriftloopError(
    'LETTER_IN_HAND',
    `${decision.actor} is sending ${placeText(place)} again. If that is not done by ${new Date(loggedAt + takeOverMs).toISOString()}, it can be sent again.`,
  );
}

/** So that who looks next sees what was decided. ClickHouse that is slow or away is no failure. */
export async function untilShown({
  bus,
  warehouse,
}: Pick<DecisionParts, 'bus' | 'warehouse'>): Promise<void> {
  const ends = (await bus.offsets('letter.decisions')).map(({ partition, high }) => ({
    partition,
    offset: high,
  }));
  await warehouse
    .waitForIngest('letter.decisions', ends, { timeoutMs: INGEST_MS })
    .catch((error: unknown) => {
      if (!(error instanceof DriftloopError)) throw error;
    });
}
