import { DriftloopError } from '@driftloop/errors';
import { createByteReader } from '../binary/byte-reader.ts';
import { createByteWriter } from '../binary/byte-writer.ts';
import type { ReferenceProfile } from '../profile/reference-profile.ts';
import type { Outcome } from '../sketch/outcomes.ts';
import { answerClasses } from './answer-classes.ts';
import { type WatchedColumn, watchedColumns } from './watched-columns.ts';

/** What tells a labelled row, beside its columns. */
interface RowHead {
  /** Version that answered. */
  readonly version: number;
  /** The request's event time. */
  readonly eventTime: number;
  /** The request's place in its topic: a label that comes twice has the same. */
  readonly requestPartition: number;
  readonly requestOffset: number;
  readonly predicted: number;
  readonly label: number;
}

/** A labelled row as the row watch takes it. */
export interface WatchedRow extends RowHead {
  /** One number per column; a category by its code. */
  readonly features: Float64Array;
  /** {@link watchedColumns} of its version. */
  readonly columns: readonly WatchedColumn[];
}

/** Collects the labelled rows of a chunk in their order. */
export interface WatchedRowsWriter {
  /**
   * Takes a row. One of another width than the version's is left out, and so is an answer or a
   * truth that is no class.
   *
   * @param row the request's, see `rowOf` of packages/spec
   */
  add(outcome: Outcome, row: ArrayLike<number>, profile: ReferenceProfile): void;
  /** None while no row was taken. */
  bytes(): Uint8Array;
}

const FORMAT = 1;
const NOTHING = new Uint8Array();
const MISSING_CATEGORY = 255;

/**
 * Starts with a chunk. A row takes about eight bytes, four more for a number and one for a
 * category.
 */
export function createWatchedRowsWriter(): WatchedRowsWriter {
  const writer = createRowWriter();
  return {
    add(outcome, row, profile) {
      const { columns, width } = watchedColumns(profile);
      const answered = answerClasses(profile).of(outcome);
      if (row.length !== width || !answered) return;
      writer.head(outcome, answered);
      for (const { slot, categories, codes } of columns) {
        const value = row[slot] ?? Number.NaN;
        if (!codes) writer.number(value);
        else writer.category(Number.isNaN(value) ? value : (codes.get(value) ?? categories - 1));
      }
    },
    bytes: writer.bytes,
  };
}

/** Rows as a writer writes them, to be read again. */
export function encodeWatchedRows(rows: readonly WatchedRow[]): Uint8Array {
  const writer = createRowWriter();
  for (const row of rows) {
    writer.head(row, row);
    row.columns.forEach(({ categories }, i) => {
      const value = row.features[i] ?? Number.NaN;
      if (categories === 0) writer.number(value);
      else writer.category(value);
    });
  }
  return writer.bytes();
}

/** Writes rows one after another: of each its head, then its columns. */
function createRowWriter() {
  const writer = createByteWriter(1024);
  let rows = 0;
  let time = 0;
  let offset = 0;
  return {
    head(
      { version, eventTime, requestPartition, requestOffset }: Omit<RowHead, 'predicted' | 'label'>,
      { predicted, label }: Pick<RowHead, 'predicted' | 'label'>,
    ) {
      if (rows++ === 0) writer.byte(FORMAT);
      writer.unsigned(version);
      writer.signed(eventTime - time);
      time = eventTime;
      writer.unsigned(requestPartition);
      writer.signed(requestOffset - offset);
      offset = requestOffset;
      writer.byte(predicted);
      writer.byte(label);
    },
    number: (value: number) => writer.float32(value),
    /** @param code NaN for one that is missing */
    category: (code: number) => writer.byte(Number.isNaN(code) ? MISSING_CATEGORY : code),
    bytes: () => (rows === 0 ? NOTHING : writer.bytes()),
  };
}

/**
 * Reads what a writer of rows wrote.
 *
 * @param profileOf undefined for a version whose profile cannot be had; what follows is then not
 *   read
 * @throws DATA_INVALID when the bytes are of another format, cut off, or hold what no writer writes
 */
export function* readWatchedRows(
  bytes: Uint8Array,
  profileOf: (version: number) => ReferenceProfile | undefined,
): Generator<WatchedRow> {
  if (bytes.length === 0) return;
  const reader = createByteReader(bytes);
  const format = reader.byte();
  if (format !== FORMAT) throw dataInvalid(`they have format ${format}, this version reads format ${FORMAT}`);
  let time = 0;
  let requestOffset = 0;
  while (reader.remaining() > 0) {
    const version = reader.unsigned();
    time += reader.signed();
    const requestPartition = reader.unsigned();
    requestOffset += reader.signed();
    const predicted = reader.byte();
    const label = reader.byte();
    const profile = profileOf(version);
    if (!profile) return;
    const { count } = answerClasses(profile);
    if (predicted >= count || label >= count)
      throw dataInvalid(`a row has classes ${predicted} and ${label} of ${count}`);
    const { columns } = watchedColumns(profile);
    const features = new Float64Array(columns.length);
    for (const [i, { categories }] of columns.entries())
      features[i] = categories === 0 ? reader.float32() : categoryOf(reader.byte(), categories);
    yield { version, eventTime: time, requestPartition, requestOffset, predicted, label, features, columns };
  }
}

function categoryOf(byte: number, categories: number): number {
  if (byte === MISSING_CATEGORY) return Number.NaN;
  if (byte < categories) return byte;
  throw dataInvalid(`a row has category ${byte} of ${categories}`);
}

function dataInvalid(what: string): DriftloopError {
  return new DriftloopError('DATA_INVALID', `The labelled rows of a chunk cannot be read: ${what}.`);
}
