import { placeText, type ShownLetter } from '@driftloop/dead-letters';
import type { StoredLetter } from '@driftloop/warehouse';
import { printable } from '../output/printable.ts';
import { renderTable, renderTime } from '../output/table.ts';

/** Dead letters as a table. */
export function renderLetters(letters: readonly StoredLetter[]): string {
  return renderTable(
    ['id', 'at', 'code', 'model', 'request', 'state', 'reason'],
    letters.map((letter) => [
      placeText(letter),
      renderTime(letter.at),
      letter.code,
      letter.model,
      letter.requestId,
      letter.state,
      letter.reason,
    ]),
  );
}

/** A dead letter with everything that is known of it. */
export function renderLetter({ letter, record, unreadable, whatToDo }: ShownLetter, isJson: boolean): string {
  const { key, value, ...known } = letter;
  const id = placeText(letter);
  if (isJson) {
    const bytes = { key: base64(key), value: base64(value) };
    return JSON.stringify({
      id,
      ...known,
      ...bytes,
      record: record ?? null,
      unreadable: unreadable ?? null,
      whatToDo,
    });
  }
  const content =
    record === undefined
      ? value === null
        ? 'none is kept'
        : `${value.length} bytes that cannot be read (${unreadable?.reason}): ${beginning(value)}`
      : JSON.stringify(record, null, 2);
  return [
    ['id', id],
    ['state', letter.state],
    ['given up', `${renderTime(letter.at)} by ${letter.service}`],
    ['code', letter.code],
    ['reason', letter.reason],
    ['what to do', whatToDo],
    ['key', key === null ? 'none' : Buffer.from(key).toString()],
    ...(letter.decidedAt === null
      ? []
      : [
          [
            'decided',
            `${renderTime(letter.decidedAt)} by ${letter.decidedBy}: ${letter.decidedBecause}${letter.mended ? ' (mended)' : ''}`,
          ],
        ]),
    ['record', content],
  ]
    .map(([name = '', text = '']) => `${name.padEnd(11)} ${printable(text)}`)
    .join('\n');
}

const SHOWN_BYTES = 32;

function beginning(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('hex');
  return bytes.length > SHOWN_BYTES ? `${shown}…` : shown;
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('base64');
}
