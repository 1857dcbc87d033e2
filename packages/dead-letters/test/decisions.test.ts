import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LetterDecisionKind } from '@driftloop/schemas';
import { claimOf, type LoggedDecision, stateOf, TAKE_OVER_MS } from '../src/decisions.ts';

function told(kind: LetterDecisionKind, decisionId: string, loggedAt = 0): LoggedDecision {
  const place = { topic: 'inference.requests', partition: 0, offset: 1 };
  const decision = { ...place, kind, decisionId, at: 0, actor: 'a', reason: 'r', mended: false, after: null };
  return { decision, loggedAt };
}

test('what became of a letter is what was said last, and what was sent stays so', () => {
  assert.equal(stateOf([]), 'open');
  assert.equal(stateOf([told('discarded', 'd')]), 'discarded');
  assert.equal(stateOf([told('discarded', 'd'), told('resending', 'a')]), 'resending');
  assert.equal(stateOf([told('resending', 'a'), told('discarded', 'd')]), 'discarded');
  assert.equal(stateOf([told('resending', 'a'), told('resent', 'a'), told('discarded', 'd')]), 'resent');
});

test('of several who begin to send a letter the first may, until its time is over', () => {
  const first = told('resending', 'a', 1_000);
  const second = told('resending', 'b', 1_000 + TAKE_OVER_MS - 1);
  const third = told('resending', 'c', 1_000 + TAKE_OVER_MS);
  assert.equal(claimOf([]), undefined);
  assert.equal(claimOf([first, second])?.decision.decisionId, 'a');
  assert.equal(claimOf([first, second, third])?.decision.decisionId, 'c');
  assert.equal(claimOf([first, told('discarded', 'd', 2_000), second])?.decision.decisionId, 'a');
  assert.equal(claimOf([first, told('resent', 'a', 2_000)]), undefined);
});
