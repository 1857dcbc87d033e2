import { randomUUID } from 'node:crypto';
import type { Bus, Follower, TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { CommandAnswer } from '@driftloop/schemas';
import { createFoldedAnswers } from './fold-answers.ts';

/** Answers to commands by their keys, the same at every gateway. */
export interface CommandAnswers {
  /**
   * Asks for the right to carry a call out. Waits where another does.
   *
   * @returns the answer that it had before; undefined where it is to be carried out now
   * @throws DriftloopError IDEMPOTENCY_KEY_REUSED where the key was another call's, or its first
   *   call does not end
   */
  claim(call: Call): Promise<Answered | undefined>;
  /**
   * Writes down what was answered to a call that was claimed here; undefined where nothing was
   * done.
   */
  settle(call: Call, answered: Answered | undefined): Promise<void>;
  health(): { readonly ok: boolean; readonly reason?: string };
  close(): Promise<void>;
}

/** A call with a key. */
export interface Call {
  readonly callId: string;
  readonly requestSha256: string;
  /** Unique for each time that it comes. */
  readonly claimId: string;
}

/** What is answered. */
export interface Answered {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/** How long the first call may take while another with its key waits, ms. */
const WAIT_MS = 15_000;

/** A new id for `Call.claimId`. */
export function newClaimId(): string {
  return randomUUID();
}

/** Follows access.answers from its start; resolves once all of it is folded. */
export async function followCommandAnswers(
  bus: Pick<Bus, 'follow'>,
  { producer, now }: { readonly producer: Pick<TypedProducer, 'send'>; now(): number },
  onCrash: (error: unknown) => void,
): Promise<CommandAnswers> {
  const folded = createFoldedAnswers();
  const waiting = new Set<() => void>();
  const follower: Follower = await bus.follow(
    'access.answers',
    (records) => {
      for (const { value } of records) folded.fold(value);
      for (const look of [...waiting]) look();
    },
    { onCrash },
  );
  const send = (call: Call, rest: Pick<CommandAnswer, 'state'> & Partial<CommandAnswer>) =>
    producer.send('access.answers', [
      { key: call.callId, value: { status: 0, body: '', ...call, ...rest, at: now() } },
    ]);
  /** Resolves with what `look` gives, after each record; undefined where that is too late. */
  const until = <T>(look: () => T | undefined): Promise<T | undefined> =>
    new Promise((resolve) => {
      const end = (value: T | undefined) => {
        clearTimeout(late);
        waiting.delete(again);
        resolve(value);
      };
      const again = () => {
        const found = look();
        if (found !== undefined) end(found);
      };
      const late = setTimeout(() => end(undefined), WAIT_MS);
      waiting.add(again);
      again();
    });
  const claim = async (call: Call): Promise<Answered | undefined> => {
    const known = folded.find(call.callId, now());
    if (known === undefined) await send(call, { state: 'claimed' });
    const claimed = known ?? (await until(() => folded.find(call.callId, now())));
    if (claimed === undefined)
      throw new DriftloopError('KAFKA_UNAVAILABLE', `access.answers did not come within ${WAIT_MS} ms.`);
    if (claimed.requestSha256 !== call.requestSha256)
      throw reused('The Idempotency-Key came with another call before: take a new one for a new call.');
    if (claimed.claimId === call.claimId) return undefined;
    const done = await until(() => {
      const is = folded.find(call.callId, now());
      return is?.claimId === claimed.claimId && is.state === 'claimed' ? undefined : { is };
    });
    if (done === undefined)
      throw reused(
        'The first call with this Idempotency-Key has not ended: look what became of it, and take a new key.',
      );
    if (done.is?.state === 'answered') return { status: done.is.status, body: done.is.body };
    // Nothing was done by the one before: this one's turn, or that of another who waits, too.
    return claim(call);
  };
  return {
    claim,
    async settle(call, answered) {
      await send(call, answered === undefined ? { state: 'released' } : { state: 'answered', ...answered });
      // Whoever has the answer and calls again must find it so, here at least.
      await until(() => {
        const is = folded.find(call.callId, now());
        return is?.claimId === call.claimId && is.state === 'claimed' ? undefined : true;
      });
    },
    health: () => follower.health(),
    close: () => follower.close(),
  };
}

function reused(message: string): DriftloopError {
  return new DriftloopError('IDEMPOTENCY_KEY_REUSED', message);
}
