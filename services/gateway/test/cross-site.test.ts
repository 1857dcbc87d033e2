import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { requireOwnPage } from '../src/access/cross-site.ts';
import { EVENT_TOPIC_NAMES } from '../src/events/event.ts';
import { idOfPosition, placeKey, positionOfId } from '../src/events/position.ts';

const SESSION = { via: 'session' } as const;
const PAGE = { 'x-driftloop-request': '1', host: 'here:8080' };

test('behind a proxy the address that browsers know counts, and origins that are named', () => {
  const origins = { publicUrl: 'https://driftloop.example', cors: ['https://app.example'] };
  for (const origin of ['https://driftloop.example', 'https://app.example', 'http://here:8080'])
    requireOwnPage({ ...PAGE, origin }, SESSION, origins);
  for (const origin of [
    'https://driftloop.example.org',
    'http://driftloop.example',
    'https://app.example:8443',
  ])
    assert.throws(() => requireOwnPage({ ...PAGE, origin }, SESSION, origins), { code: 'FORBIDDEN' });
});

test('without an origin the header of a page is enough; an origin that only looks like ours is another', () => {
  requireOwnPage(PAGE, SESSION, {});
  requireOwnPage({}, { via: 'everybody' }, {});
  for (const origin of ['http://here:8080.evil.example', 'http://evil.example/here:8080', 'null', '']) {
    assert.throws(() => requireOwnPage({ ...PAGE, origin }, SESSION, {}), { code: 'FORBIDDEN' }, origin);
    assert.throws(() => requireOwnPage({ ...PAGE, origin }, { via: 'everybody' }, {}), { code: 'FORBIDDEN' });
    assert.throws(() => requireOwnPage({ ...PAGE, origin }, undefined, {}), { code: 'FORBIDDEN' });
  }
});

test('whoever sends a token needs no page', () => {
  for (const via of ['token', 'root'] as const)
    requireOwnPage({ origin: 'https://evil.example' }, { via }, {});
});

test('an id of an event is the position that it was made from, and nothing else is one', () => {
  const places = fc.dictionary(
    fc.tuple(fc.constantFrom(...EVENT_TOPIC_NAMES), fc.nat(1_023)).map(([topic, n]) => placeKey(topic, n)),
    fc.nat(2 ** 31),
    { minKeys: 1 },
  );
  fc.assert(
    fc.property(places, (given) => {
      const position = new Map(Object.entries(given));
      assert.deepEqual(positionOfId(idOfPosition(position)), position);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const position = positionOfId(text);
      if (position !== undefined) assert.match(text, /^[\d.,]+$/);
    }),
  );
});
