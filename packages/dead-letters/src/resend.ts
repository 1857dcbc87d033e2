import type { Outgoing } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { TopicName } from '@driftloop/schemas';
import {
  type Because,
  type DecisionParts,
  decisionsAbout,
  inHand,
  type LeftAlone,
  objection,
  untilShown,
  writeDecisions,
} from './decide.ts';
import { claimOf, type LoggedDecision, TAKE_OVER_MS } from './decisions.ts';
import type { Letter } from './letters.ts';
import { isTopic, placeText } from './place.ts';
import { type Fields, isResendable, mendedRecord } from './record.ts';
import { sentBefore } from './sent-before.ts';

/** What came of sending letters again. */
export interface Resent {
  readonly resent: readonly Letter[];
  readonly left: readonly LeftAlone[];
}

/** A letter and the record that takes the place of its own, if any. */
interface ToSend {
  readonly letter: Letter;
  readonly mended?: Outgoing<TopicName>;
}

/**
 * From the claim on, nothing is written after this share of the time that another has to wait: the
 * rest is for what is on its way to the broker.
 */
const SENDING_SHARE = 1 / 4;

/**
 * Puts the records of dead letters back on their topics and partitions, each once in effect: first
 * it is written down that they will be sent, then the log is asked whether nobody else was quicker,
 * then they are sent, then it is written down that they were. Whoever is ended in between is
 * followed by another, who looks for what was sent before.
 *
 * @param fields of the record of the one letter that is to be mended
 * @returns which were sent, and which were left alone with the reason
 * @throws DriftloopError RECORD_INVALID where the mended record does not fit its schema;
 *   KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE
 */
export async function resendLetters(
  parts: DecisionParts,
  letters: readonly Letter[],
  because: Because,
  fields?: Fields,
): Promise<Resent> {
  const { bus } = parts;
  const left: LeftAlone[] = [];
  const toSend: ToSend[] = [];
  for (const letter of letters) {
    try {
      toSend.push(await prepared(parts, letter, fields));
    } catch (error) {
      if (!(error instanceof DriftloopError) || error.retriable) throw error;
      left.push({ place: letter, error });
    }
  }
  const before = await decisionsAbout(bus, letters);
  const wanted = toSend.filter(({ letter }) => {
    const error = objection(letter, before.get(placeText(letter)) ?? [], 'resend', parts);
    if (error) left.push({ place: letter, error });
    return error === undefined;
  });
  if (wanted.length === 0) return { resent: [], left };

  const { takeOverMs = TAKE_OVER_MS, now } = parts;
  const started = { at: now(), tick: performance.now() };
  // A machine that sleeps stops the one clock, and somebody may set the other back.
  const passedMs = () => Math.max(now() - started.at, performance.now() - started.tick);
  const isLate = () => passedMs() > takeOverMs * SENDING_SHARE;
  const told = { ...because, mended: fields !== undefined };
  const places = wanted.map(({ letter }) => letter);
  const decisionId = await writeDecisions(parts, await withEnds(parts, places), 'resending', told);
  const after = await decisionsAbout(bus, places);
  const own = wanted.filter(({ letter }) => {
    const decisions = after.get(placeText(letter)) ?? [];
    const claim = claimOf(decisions, takeOverMs);
    if (claim?.decision.decisionId === decisionId) return true;
    const error = claim ? inHand(letter, claim, takeOverMs) : objection(letter, decisions, 'resend', parts);
    if (error) left.push({ place: letter, error });
    return false;
  });
  const earlier = (letter: Letter): LoggedDecision[] =>
    (after.get(placeText(letter)) ?? []).filter(
      ({ decision }) => decision.kind === 'resending' && decision.decisionId !== decisionId,
    );
  const sent = await sentBefore(
    bus,
    own.map(({ letter }) => ({ letter, earlier: earlier(letter) })),
  );
  const unsent = own.filter(({ letter }) => !sent.has(letter));
  await send(parts, unsent, isLate).catch((error: unknown) => {
    throw isLate() ? tooLate(unsent.length, takeOverMs, error) : error;
  });
  const resent = own.map(({ letter }) => letter);
  if (resent.length > 0) await writeDecisions(parts, resent, 'resent', { ...told, decisionId });
  await untilShown(parts);
  return { resent, left };
}

async function prepared({ bus }: DecisionParts, letter: Letter, fields?: Fields): Promise<ToSend> {
  const { topic, partition, value } = letter;
  if (!isResendable(topic))
    throw refused(
      letter,
      isTopic(topic)
        ? `${topic} is written by driftloop itself, which goes on without it: discard it`
        : 'it is of a topic of others: send it from where it comes, or discard it',
    );
  if (fields === undefined) {
    if (value !== null) return { letter };
    throw refused(
      letter,
      'its bytes are not kept, or there were none: send it from where it comes, or mend it',
    );
  }
  const read =
    value === null
      ? undefined
      : await bus.decode(topic, letter).catch((error: unknown) => {
          if (!(error instanceof DriftloopError) || error.retriable) throw error;
          return undefined;
        });
  return { letter, mended: { ...mendedRecord({ ...letter, topic }, read?.value, fields), partition } };
}

/** With the ends of their partitions: what is sent from now on lies there or later. */
async function withEnds({ bus }: DecisionParts, letters: readonly Letter[]) {
  const ends = new Map<string, number>();
  for (const topic of new Set(letters.map((letter) => letter.topic)))
    for (const { partition, high } of await bus.offsets(topic)) ends.set(`${topic}/${partition}`, high);
  return letters.map(({ topic, partition, offset }) => ({
    topic,
    partition,
    offset,
    after: ends.get(`${topic}/${partition}`) ?? 0,
  }));
}

/** In the order in which they came. */
async function send(
  { producer }: DecisionParts,
  toSend: readonly ToSend[],
  isVoid: () => boolean,
): Promise<void> {
  for (const topic of new Set(toSend.map(({ letter }) => letter.topic))) {
    const own = toSend.filter(({ letter }) => letter.topic === topic);
    const bytes = own
      .filter(({ mended }) => mended === undefined)
      .map(({ letter: { key, value, partition } }) => ({ key, value, partition }));
    const mended = own.flatMap((one) => one.mended ?? []);
    await producer.sendBytes(topic, bytes, { isVoid });
    await producer.send(topic, mended, { isVoid });
  }
}

function tooLate(letters: number, takeOverMs: number, cause: unknown): DriftloopError {
  return new DriftloopError(
    'LETTER_IN_HAND',
    `Kafka took too long: not all of ${letters} dead letters were sent again. They can be sent after ${Math.round(takeOverMs / 1_000)} s; those that were sent are found.`,
    { cause },
  );
}

function refused(letter: Letter, why: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', `${placeText(letter)} is not sent again: ${why}.`);
}
