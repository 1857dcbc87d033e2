import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { createExp3, type Exp3 } from '../../src/bandit/exp3.ts';
import { createRewardScale } from '../../src/bandit/progress.ts';
import { bandit as strategy } from '../../src/strategies/bandit.ts';

const ARMS = 6;
const { exploration, rate, share, everything } = strategy.settings as Record<string, number>;
/** What the strategy plays with. */
const TUNING = { exploration: exploration!, rate: rate!, share: share! };
const SEEDS = [1, 2, 3, 4, 5];

/**
 * One arm a round; an arm pays 1 with probability 0.8 if it is the best, else 0.2. Returns how
 * often each arm was drawn.
 */
function play(bandit: Exp3, best: number, rounds: number, seed: number): number[] {
  const world = createRandom(`world ${seed}`);
  const drawn = Array<number>(ARMS).fill(0);
  for (let round = 0; round < rounds; round++) {
    const arm = bandit.draw();
    drawn[arm]!++;
    const reward = Number(world.uniform() < (arm === best ? 0.8 : 0.2));
    bandit.reward(
      drawn.map((_, other) => Number(other === arm)),
      reward,
    );
  }
  return drawn;
}

const evenly = (seed: number) => createExp3(Array<number>(ARMS).fill(1), TUNING, createRandom(seed));

test('a planted arm is found, wherever it is', () => {
  for (const seed of SEEDS) {
    const best = seed % ARMS;
    const bandit = evenly(seed);
    play(bandit, best, 300, seed);
    const chance = bandit.probabilities()[best]!;
    // An even share is 1/6; a floor of 0.1 is explored with.
    assert.ok(chance > 0.5, `arm ${best} has ${chance}`);
    const drawn = play(bandit, best, 300, seed + 100);
    assert.ok(drawn[best]! > 150, `it was drawn ${drawn} times`);
  }
});

test('when another arm becomes the best it is found again, however long the first one was', () => {
  for (const seed of SEEDS)
    for (const rounds of [300, 3000]) {
      const bandit = evenly(seed);
      play(bandit, 0, rounds, seed);
      assert.ok(bandit.probabilities()[0]! > 0.5);
      play(bandit, 4, 600, seed + 100);
      const chances = bandit.probabilities();
      assert.ok(chances[4]! > 0.5, `after ${rounds} rounds of another: ${chances}`);
    }
});

test('where all arms pay the same each is preferred as often as any other', () => {
  const seeds = 200;
  const mean = new Float64Array(ARMS);
  for (let seed = 0; seed < seeds; seed++) {
    const bandit = evenly(seed);
    const world = createRandom(`world ${seed}`);
    for (let round = 0; round < 300; round++) {
      const arm = bandit.draw();
      bandit.reward(
        Array.from({ length: ARMS }, (_, other) => Number(other === arm)),
        world.uniform(),
      );
    }
    bandit.probabilities().forEach((chance, arm) => {
      mean[arm]! += chance / seeds;
    });
  }
  // The standard error of a mean is about 0.02.
  for (const chance of mean) assert.ok(chance > 0.1 && chance < 0.24, `${mean}`);
});

test('a prior decides at first and can be overcome; no arm falls below the floor', () => {
  const bandit = createExp3([everything!, 1, 1, 1, 1, 1], TUNING, createRandom(1));
  assert.ok(Math.abs(bandit.probabilities()[0]! - (0.9 * (100 / 105) + 0.1 / 6)) < 1e-12);
  play(bandit, 3, 2000, 1);
  assert.ok(bandit.probabilities()[3]! > 0.5, `${bandit.probabilities()}`);
  for (const chance of bandit.probabilities()) assert.ok(chance >= TUNING.exploration / ARMS);
});

test('probabilities sum to 1 and stay finite after a hundred thousand rewards, and arms are drawn by them', () => {
  const bandit = evenly(1);
  for (let round = 0; round < 100_000; round++) bandit.reward([1, 0, 0, 0, 0, 0], 1);
  const chances = bandit.probabilities();
  assert.ok(Math.abs(chances.reduce((sum, chance) => sum + chance, 0) - 1) < 1e-9);
  const drawn = new Float64Array(ARMS);
  for (let draw = 0; draw < 20_000; draw++) drawn[bandit.draw()]! += 1 / 20_000;
  drawn.forEach((share_, arm) => {
    assert.ok(Math.abs(share_ - chances[arm]!) < 0.01, `arm ${arm}: ${share_} of draws, ${chances[arm]}`);
  });
});

test('the reward of what is usual is a half, more of more progress, also when progress shrinks a thousandfold', () => {
  const scale = createRewardScale();
  const random = createRandom(1);
  const rewards: number[] = [];
  let progress = 1;
  for (let round = 0; round < 400; round++) {
    progress *= 0.985;
    const isGood = round % 4 === 0;
    const reward = scale.reward(progress * (isGood ? 2 : 1) * (1 + 0.1 * random.normal()));
    assert.ok(reward >= 0 && reward <= 1);
    if (round >= 20) rewards.push(isGood ? reward : -reward);
  }
  const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [good, usual] = [
    meanOf(rewards.filter((reward) => reward > 0)),
    -meanOf(rewards.filter((reward) => reward <= 0)),
  ];
  assert.ok(good > 0.65 && usual < 0.4, `${good} of good rounds, ${usual} of the others`);
  assert.equal(createRewardScale().reward(5), 0.5, 'there is nothing usual at first');
});
