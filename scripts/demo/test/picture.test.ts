import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawAccuracy } from '../picture.ts';

const DAY_MS = 86_400_000;
const stretches = Array.from({ length: 30 }, (_, i) => ({
  since: Date.UTC(1996, 4, 7) + 28 * i * DAY_MS,
  loop: 0.76 + 0.002 * i,
  frozen: 0.78 - 0.002 * i,
}));

test('both lines have a point per stretch, within the picture, and their names', () => {
  const svg = drawAccuracy(stretches, 'right answers');
  const lines = [...svg.matchAll(/points="([^"]+)"/g)].map(([, points]) =>
    (points ?? '').split(' ').map((point) => point.split(',').map(Number)),
  );
  assert.deepEqual(
    lines.map(({ length }) => length),
    [30, 30],
  );
  for (const [x, y] of lines.flat() as [number, number][])
    assert.ok(x >= 0 && x <= 760 && y >= 0 && y <= 300, `${x}, ${y}`);
  assert.match(svg, /the same model, frozen/);
  assert.match(svg, />1997</);
  assert.doesNotMatch(svg, /NaN/);
});

test('what never differs, and what has one stretch, is drawn too', () => {
  const flat = stretches.map(({ since }) => ({ since, loop: 0.5, frozen: 0.5 }));
  for (const given of [flat, flat.slice(0, 1)]) assert.doesNotMatch(drawAccuracy(given, ''), /NaN|Infinity/);
});
