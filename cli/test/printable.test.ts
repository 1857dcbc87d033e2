import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { ShownLetter } from '@driftloop/dead-letters';
import { renderLetter, renderLetters } from '../src/letters/render.ts';
import { entryOf } from '../src/logs/entry.ts';
import { renderEntry } from '../src/logs/render.ts';

/** Would clear the screen, and set the title by the eight-bit form. */
const EVIL = 'Zoë\u001b[2J\u009d0;x\u0007\rOK';
const SHOWN = 'Zoë\\u001b[2J\\u009d0;x\\u0007\\u000dOK';
const CONTROL = /(?!\n)\p{Cc}/u;

test('what others wrote is shown and not obeyed by the terminal', () => {
  const letter = {
    topic: 'inference.requests',
    partition: 0,
    offset: 1,
    code: 'MODEL_UNKNOWN',
    reason: EVIL,
    service: 'inference',
    at: 0,
    model: EVIL,
    requestId: EVIL,
    state: 'open',
    decidedBy: '',
    decidedBecause: '',
    decidedAt: null,
    mended: false,
    key: Buffer.from(EVIL),
    value: null,
  } satisfies ShownLetter['letter'];
  const line = JSON.stringify({ level: 30, time: '2026-01-01T00:00:00Z', msg: EVIL, id: EVIL });
  const texts = [
    renderLetters([letter]),
    renderLetter({ letter, whatToDo: 'Mend it.' }, false),
    stripVTControlCharacters(renderEntry({ ...entryOf(line, [`  at ${EVIL}`]), service: 's' })),
    stripVTControlCharacters(renderEntry({ ...entryOf(EVIL), service: 's' })),
  ];
  for (const text of texts) {
    assert.doesNotMatch(text, CONTROL);
    assert.ok(text.includes(SHOWN), text);
  }
});
