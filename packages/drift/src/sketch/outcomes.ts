import { DriftloopError } from '@driftloop/errors';
import type { RivalAnswer } from '@driftloop/spec';
import { createByteReader } from '../binary/byte-reader.ts';
import { createByteWriter } from '../binary/byte-writer.ts';

/** One answer and its truth. */
export interface Outcome {
  /** Version that answered. */
  readonly version: number;
  /** The request's event time. */
  readonly eventTime: number;
  /** When the truth became known. */
  readonly labelEventTime: number;
  /**
   * Class index, or the value of a regression; of several outputs how far the answer lies from the
   * truth.
   */
  readonly predicted: number;
  /** Class index, or the value of a regression; 0 of several outputs. */
  readonly label: number;
  /** Probability of the predicted class as the model said it; 0 for a regression. */
  readonly confidence: number;
  /**
   * The request's place in its topic: with the event time it orders outcomes, and it tells a label
   * that came twice.
   */
  readonly requestPartition: number;
  readonly requestOffset: number;
  /** What other versions answered to the same request in shadow, each version once. */
  readonly rivals: readonly RivalAnswer[];
}

const NO_RIVALS: readonly RivalAnswer[] = [];

const FORMAT = 2;
/** The format before had no rivals. */
const FORMAT_WITHOUT_RIVALS = 1;

/**
 * Encodes the outcomes of one version, as they came: differences of times and offsets, so a row
 * takes about 17 bytes and 2 more for each rival; of a regression 31, and 9 more.
 */
export function encodeOutcomes(outcomes: readonly Outcome[]): Uint8Array {
  const writer = createByteWriter(16 + 20 * outcomes.length);
  writer.byte(FORMAT);
  writer.unsigned(outcomes.length);
  let time = 0;
  let offset = 0;
  for (const outcome of outcomes) {
    const { predicted, label, rivals } = outcome;
    const exact =
      isSmallInteger(predicted) &&
      isSmallInteger(label) &&
      rivals.every((rival) => isSmallInteger(rival.predicted));
    const write = exact ? writer.unsigned : writer.float64;
    writer.byte(exact ? 0 : 1);
    write(predicted);
    write(label);
    writer.unsigned(rivals.length);
    for (const rival of rivals) {
      writer.unsigned(rival.version);
      write(rival.predicted);
    }
    writer.signed(outcome.eventTime - time);
    writer.signed(outcome.labelEventTime - outcome.eventTime);
    writer.float32(outcome.confidence);
    writer.unsigned(outcome.requestPartition);
    writer.signed(outcome.requestOffset - offset);
    time = outcome.eventTime;
    offset = outcome.requestOffset;
  }
  return writer.bytes();
}

/**
 * Decodes what encodeOutcomes wrote, in its order. DATA_INVALID when the bytes are of another
 * format, cut off or more than it says.
 */
export function decodeOutcomes(bytes: Uint8Array, version: number): Outcome[] {
  const reader = createByteReader(bytes);
  const format = reader.byte();
  if (format !== FORMAT && format !== FORMAT_WITHOUT_RIVALS) {
    throw new DriftloopError(
      'DATA_INVALID',
      `Outcomes have format ${format}, this version reads format ${FORMAT}.`,
    );
  }
  const outcomes: Outcome[] = [];
  const count = reader.count();
  let time = 0;
  let offset = 0;
  for (let i = 0; i < count; i++) {
    const read = reader.byte() === 0 ? reader.unsigned : reader.float64;
    const predicted = read();
    const label = read();
    const others = format === FORMAT ? reader.count() : 0;
    const rivals =
      others === 0
        ? NO_RIVALS
        : Array.from({ length: others }, () => ({ version: reader.unsigned(), predicted: read() }));
    time += reader.signed();
    const labelEventTime = time + reader.signed();
    const confidence = reader.float32();
    const requestPartition = reader.unsigned();
    offset += reader.signed();
    outcomes.push({
      version,
      eventTime: time,
      labelEventTime,
      predicted,
      label,
      confidence,
      requestPartition,
      requestOffset: offset,
      rivals,
    });
  }
  if (reader.remaining() > 0)
    throw new DriftloopError(
      'DATA_INVALID',
      'More bytes follow than the outcomes that there are said to be.',
    );
  return outcomes;
}

/**
 * Brings outcomes of several chunks into the one order that every reader agrees on: event time,
 * then partition and offset of the request. Of several labels for one request the earliest stays;
 * between equals the smallest label.
 */
export function orderOutcomes(outcomes: readonly Outcome[]): Outcome[] {
  const sorted = [...outcomes].sort(
    (a, b) =>
      a.eventTime - b.eventTime ||
      a.requestPartition - b.requestPartition ||
      a.requestOffset - b.requestOffset ||
      a.labelEventTime - b.labelEventTime ||
      a.label - b.label,
  );
  return sorted.filter((outcome, i) => {
    const before = sorted[i - 1];
    return (
      before?.requestPartition !== outcome.requestPartition || before.requestOffset !== outcome.requestOffset
    );
  });
}

function isSmallInteger(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** 31 && !Object.is(value, -0);
}
