import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ModelNote } from '@driftloop/schemas';
import { createFoldedNotes } from '../src/notes/fold-notes.ts';
import { followNotes } from '../src/notes/follow-notes.ts';
import { auditOf, tokenFor } from './access-fixture.ts';
import { type GatewayFixture, NOW, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
before(async () => {
  gateway = await startGateway({ token: 'secret' });
});
after(() => gateway.close());

const note = (noteId: string, fields: Partial<ModelNote> = {}): ModelNote => ({
  noteId,
  model: 'prices',
  about: 'version',
  subject: '1',
  text: noteId,
  author: 'a',
  at: 1,
  ...fields,
});

test('notes are told newest first, of one thing where it is named, each once, and the oldest go', () => {
  const notes = createFoldedNotes(3);
  for (const one of [
    note('a'),
    note('b', { subject: '2' }),
    note('b'),
    note('c', { about: 'model', subject: '' }),
  ])
    notes.fold(one);
  const ids = (query: Parameters<typeof notes.of>[1], model = 'prices') =>
    notes.of(model, query).map(({ noteId }) => noteId);
  assert.deepEqual(ids({ limit: 9 }), ['c', 'b', 'a']);
  assert.deepEqual(ids({ limit: 1 }), ['c']);
  assert.deepEqual(ids({ about: 'version', limit: 9 }), ['b', 'a']);
  assert.deepEqual(ids({ about: 'version', subject: '1', limit: 9 }), ['a']);
  assert.deepEqual(ids({ limit: 9 }, 'other'), []);
  notes.fold(note('d'));
  assert.deepEqual(ids({ limit: 9 }), ['d', 'c', 'b']);
});

test('a note is written by an operator, seen at once, kept on Kafka, and stands in the audit log', async () => {
  const { headers } = await tokenFor(gateway, 'operator', { name: 'Zoë' });
  const text = 'Kunde wollte die alte Fassung zurück.\nSiehe Ticket 7.';
  const post = (payload: object) =>
    gateway.app.inject({ method: 'POST', url: '/models/prices/notes', headers, payload });
  const written = await post({ about: 'version', subject: '2', text });
  const told = { noteId: 'made-id', about: 'version', subject: '2', text, author: 'Zoë', at: NOW };
  assert.equal(written.statusCode, 201, written.body);
  assert.deepEqual(written.json(), told);
  const read = await gateway.app.inject({
    method: 'GET',
    url: '/models/prices/notes?about=version',
    headers,
  });
  assert.deepEqual(read.json(), { notes: [told] });

  // Another gateway folds the same.
  const other = await followNotes(gateway.connections.bus, assert.ifError);
  assert.deepEqual(other.of('prices', { limit: 9 }), [{ ...told, model: 'prices' }]);
  await other.close();

  const entry = (await auditOf(gateway)).find(({ action }) => action === 'POST /models/:model/notes');
  assert.equal(entry?.actor, 'Zoë');
  assert.equal(entry?.version, 2);
  for (const [payload, code] of [
    [{ about: 'version', subject: '99', text }, 'VERSION_UNKNOWN'],
    [{ about: 'run', text }, 'REQUEST_INVALID'],
    [{ about: 'model', subject: 'x', text }, 'REQUEST_INVALID'],
    [{ about: 'model', text: '  ' }, 'REQUEST_INVALID'],
  ] as const) {
    const refused = await post(payload);
    assert.equal(refused.json().code, code, refused.body);
  }
});
