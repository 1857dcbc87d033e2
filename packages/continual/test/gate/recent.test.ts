import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRecent, pairedCounts } from '../../src/gate/recent.ts';
import { scoresOf, withSettings } from './scored.ts';

const ROWS = 64;
const none = () => new Array<number>(ROWS).fill(0);
/** Right on the rows that are named. */
const rightOn = (isRight: (row: number) => boolean) =>
  scoresOf({ right: none().map((_, row) => Number(isRight(row))) });
/** Half the squared error of each row. */
const erring = (lossOf: (row: number) => number) => scoresOf({ losses: none().map((_, row) => lossOf(row)) });

const all = rightOn(() => true);
const half = rightOn((row) => row % 2 === 0);

test('the metrics say how both did, and the gain is what the candidate has over the live version', () => {
  const { metrics } = checkRecent(half, all, 'binary', withSettings());
  assert.deepEqual(
    { ...metrics, pWorse: undefined },
    {
      recentRows: ROWS,
      recentAccuracy: 1,
      recentLiveAccuracy: 0.5,
      recentLoss: 0,
      recentLiveLoss: 0,
      recentGain: 0.5,
      pWorse: undefined,
      pWorseMcNemar: 1,
    },
  );
  assert.equal(checkRecent(all, half, 'binary', withSettings()).metrics.recentGain, -0.5);
  assert.equal('pWorseMcNemar' in checkRecent(all, half, 'regression', withSettings()).metrics, false);
});

test('a real loss passes up to the margin and no further', () => {
  const verdict = (margin: number) =>
    checkRecent(all, half, 'binary', withSettings({ margin, tolerance: 1e9 }));
  assert.equal(verdict(0.5).passed, true);
  assert.equal(verdict(0.499).passed, false);
  assert.match(
    verdict(0.5).text,
    /^on the 64 newest rows it is right on 50\.0 %, the live version on 100\.0 %: not worse$/,
  );
  assert.match(verdict(0.25).text, /: worse by more than 25\.0 % \(p = 0\.0\)$/);
});

test('a loss beyond the margin passes while its p is not below the level', () => {
  const worse = rightOn((row) => row % 16 > 3 || row < 16);
  const given = { margin: 0.1, tolerance: 1e9 };
  const p = checkRecent(all, worse, 'binary', withSettings(given)).metrics.pWorse!;
  assert.ok(p > 0 && p < 0.05, `${p}`);
  assert.equal(checkRecent(all, worse, 'binary', withSettings({ ...given, significance: p })).passed, true);
  assert.equal(
    checkRecent(all, worse, 'binary', withSettings({ ...given, significance: 1.01 * p })).passed,
    false,
  );
});

test('what may be chance passes up to so many margins and no further', () => {
  const given = { margin: 0.25, significance: 0 };
  const verdict = (tolerance: number) =>
    checkRecent(all, half, 'binary', withSettings({ ...given, tolerance }));
  assert.equal(verdict(2).passed, true);
  assert.equal(verdict(1.9).passed, false);
  assert.match(verdict(1.5).text, /: worse by more than 37\.5 %$/);
});

test('rows are enough from the least number on, however good the candidate is', () => {
  assert.equal(checkRecent(half, all, 'binary', withSettings({ minRows: ROWS })).passed, true);
  const few = checkRecent(half, all, 'binary', withSettings({ minRows: ROWS + 1 }));
  assert.equal(few.passed, false);
  assert.equal(few.text, 'only 64 newest labelled rows are at hand to judge by, 65 are needed');
  assert.equal(few.metrics.recentRows, ROWS);
});

test("a regression's loss is told as a share of the live version's", () => {
  const live = erring(() => 0.5);
  const worse = checkRecent(
    live,
    erring(() => 0.75),
    'regression',
    withSettings(),
  );
  assert.equal(worse.metrics.recentGain, -0.5);
  assert.equal(worse.passed, false);
  assert.match(
    worse.text,
    /^on the 64 newest rows its squared error is 1\.500, the live version's 1\.000: worse/,
  );
  assert.equal(
    checkRecent(
      live,
      erring(() => 0.25),
      'regression',
      withSettings(),
    ).metrics.recentGain,
    0.5,
  );
});

test('discordant rows are counted for the one that was right', () => {
  const live = scoresOf({ right: [1, 1, 1, 0, 0, 1] });
  const candidate = scoresOf({ right: [0, 1, 0, 1, 0, 1] });
  assert.deepEqual(pairedCounts(live, candidate), { rows: 6, onlyLive: 2, onlyCandidate: 1 });
});
