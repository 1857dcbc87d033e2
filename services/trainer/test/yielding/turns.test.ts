import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pressureOf } from '../../src/yielding/serving-load.ts';
import { nextTurn, type Turn } from '../../src/yielding/turns.ts';

const LIMITS = { mostRestMs: 60_000 };
const LOAD = { mostLag: 1_000, mostP99Ms: 20 };

/** What becomes of a run whose serving has these lags, one a second: R rests, T trains. */
function course(lags: readonly number[]): string {
  let turn: Turn = { isResting: false, since: 0 };
  return lags
    .map((lag, second) => {
      turn = nextTurn(turn, pressureOf({ lag, p99Ms: 0 }, LOAD), second * 1_000, LIMITS);
      return turn.isResting ? 'R' : 'T';
    })
    .join('');
}

test('training rests above the limit and goes on below half of it', () => {
  assert.equal(course([0, 1_000, 1_001, 900, 501, 500, 900, 1_001]), 'TTRRRTTR');
});

test('a rest has an end, and training its time, where requests are never answered', () => {
  const turns = course(new Array(200).fill(5_000));
  assert.equal(turns, `${'R'.repeat(60)}${'T'.repeat(60)}${'R'.repeat(60)}${'T'.repeat(20)}`);
});

test('a lag that goes away during the time of training leaves no memory', () => {
  const turns = course([...new Array(61).fill(5_000), ...new Array(60).fill(0), 1_001]);
  assert.equal(turns.at(-1), 'R');
});

test('either limit counts, and one of 0 is none', () => {
  assert.equal(pressureOf({ lag: 10, p99Ms: 50 }, LOAD), 2.5);
  assert.equal(pressureOf({ lag: 1e9, p99Ms: 50 }, { mostLag: 0, mostP99Ms: 100 }), 0.5);
  assert.equal(pressureOf({ lag: 3_000, p99Ms: 1e9 }, { mostLag: 1_000, mostP99Ms: 0 }), 3);
});
