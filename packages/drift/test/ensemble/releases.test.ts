import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal } from '@driftloop/schemas';
import { createRandom, type Random } from '@driftloop/stats';
import { promoteCommand, rejectCommand } from '../../src/ensemble/promotion.ts';
import { weighRivals } from '../../src/ensemble/rivals.ts';
import { SHADOW_TEST } from '../../src/signals/concept/shadow.ts';
import type { ConceptWindow } from '../../src/signals/concept/window.ts';
import type { Outcome } from '../../src/sketch/outcomes.ts';
import { inShadow, itemWith, modelWith } from './models.ts';

const LIVE = 4;
const CANARY = 5;
const WINDOW_ROWS = 336;
/** A canary's requests are not compared. */
const SHARE = 0.1;
/** Requests on which exactly one of two versions is right. */
const DISAGREEMENT = 0.15;
const BUDGET = 100;

const spec = {
  ...inShadow(),
  drift: { ...inShadow().drift, expectedWindowsBetweenFalseAlarms: BUDGET },
  rollout: { canaryShare: SHARE, shadowVersions: [] },
};

/**
 * Requests that the live version answered, with the canary's answers; it is right `lead` more
 * often.
 */
function outcomesOf(random: Random, lead: number): Outcome[] {
  const rows = Math.round(WINDOW_ROWS * (1 - SHARE));
  return Array.from({ length: rows }, () => {
    const at = random.uniform();
    const won = at < (DISAGREEMENT + lead) / 2;
    const lost = !won && at < DISAGREEMENT;
    const both = random.uniform() < 0.7;
    const label = 1;
    const predicted = won ? 0 : lost || both ? 1 : 0;
    const theirs = won ? 1 : lost ? 0 : predicted;
    return { predicted, label, rivals: [{ version: CANARY, predicted: theirs }] } as unknown as Outcome;
  });
}

/** What becomes of a canary. */
function fateOf(seed: number, lead: number): 'promote' | 'reject' | 'open' {
  const random = createRandom(seed);
  const model = modelWith({ version: LIVE });
  for (let window = 0; window < 200; window++) {
    const content = outcomesOf(random, lead);
    const profile = { outputs: { layout: { classes: 2 } } };
    const tested = { version: LIVE, content, profile } as unknown as ConceptWindow;
    const items = SHADOW_TEST.run(tested, undefined).findings.map((found) =>
      itemWith({ ...(found as Partial<DriftSignal>), detector: 'shadow' }),
    );
    const [start, end] = [window * 1000, window * 1000 + 1000];
    weighRivals(model, { start, end, version: LIVE, n: content.length, items }, spec);
    model.now = end;
    const command = promoteCommand(model, spec, 0) ?? rejectCommand(model, spec, 0);
    if (command) return command.action as 'promote' | 'reject';
  }
  return 'open';
}

test('of fifty canaries that are worse by three points none goes live; of fifty that are better nearly all', () => {
  const seeds = Array.from({ length: 50 }, (_, i) => 1000 + i);
  const worse = seeds.map((seed) => fateOf(seed, -0.03));
  const better = seeds.map((seed) => fateOf(seed + 500, 0.03));
  const promoted = (of: typeof worse) => of.filter((fate) => fate === 'promote').length;
  assert.equal(promoted(worse), 0);
  assert.ok(promoted(better) >= 45, `${promoted(better)} of 50`);
});

test('a canary that is no better hardly ever goes live', () => {
  const fates = Array.from({ length: 200 }, (_, i) => fateOf(5000 + i, 0));
  assert.ok(fates.filter((fate) => fate === 'promote').length <= 6, fates.join());
});
