import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessToken } from '@driftloop/schemas';
import fc from 'fast-check';
import { createFoldedTokens, isValidAt } from '../src/fold-tokens.ts';
import { covers, mayTouch, ROLES } from '../src/roles.ts';
import { newSecret, sha256Of } from '../src/secrets.ts';

const NOW = 1_000;

function token(given: Partial<AccessToken> = {}): AccessToken {
  return {
    tokenId: 't',
    kind: 'token',
    name: 'jo',
    sha256: 'hash',
    role: 'viewer',
    models: null,
    parentId: null,
    createdAt: 0,
    createdBy: 'test',
    expiresAt: null,
    endedAt: null,
    endedBy: '',
    ...given,
  };
}

function foldedOf(...records: AccessToken[]) {
  const folded = createFoldedTokens();
  for (const record of records) folded.fold(record);
  return folded;
}

test('what has ended stays ended, by the first who ended it, whatever is written later', () => {
  const records = fc.array(
    fc.record({
      endedAt: fc.option(fc.nat(), { nil: null }),
      endedBy: fc.string(),
      role: fc.constantFrom(...ROLES),
    }),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(records, (changes) => {
      const folded = foldedOf(...changes.map((change) => token(change)));
      const end = changes.find(({ endedAt }) => endedAt !== null) ?? changes.at(-1);
      const { endedAt, endedBy, role } = folded.byId('t') ?? assert.fail();
      assert.deepEqual({ endedAt, endedBy, role }, { ...end });
    }),
  );
});

test('the records of a compacted topic fold to the same tokens that hold', () => {
  const all = [token(), token({ tokenId: 'u', sha256: 'other' }), token({ endedAt: 5, endedBy: 'ada' })];
  assert.deepEqual(
    foldedOf(...all.slice(1))
      .all()
      .map(({ tokenId, endedAt }) => [tokenId, endedAt])
      .sort(),
    foldedOf(...all)
      .all()
      .map(({ tokenId, endedAt }) => [tokenId, endedAt])
      .sort(),
  );
});

test('a token is good until it expires or is ended, a session while what it was begun with is', () => {
  const none = () => undefined;
  assert.ok(isValidAt(token(), NOW, none));
  assert.ok(isValidAt(token({ expiresAt: NOW + 1 }), NOW, none));
  assert.ok(!isValidAt(token({ expiresAt: NOW }), NOW, none));
  assert.ok(!isValidAt(token({ endedAt: NOW + 1 }), NOW, none));
  const session = token({ tokenId: 's', kind: 'session', parentId: 't' });
  const under = (parent: AccessToken | undefined) => isValidAt(session, NOW, () => parent);
  assert.ok(under(token()));
  assert.ok(!under(token({ endedAt: 1 })));
  assert.ok(!under(token({ expiresAt: NOW })));
  assert.ok(!under(undefined));
  // A code is used up by the session that it begins, and by no other.
  assert.ok(under(token({ kind: 'code', expiresAt: NOW - 1, endedAt: 1, endedBy: 's' })));
  assert.ok(!under(token({ kind: 'code', endedAt: 1, endedBy: 'another' })));
  assert.ok(!under(token({ kind: 'code' })));
});

test('only an API token tells that there are tokens, also one that is valid no more', () => {
  assert.equal(
    foldedOf(token({ kind: 'code' }), token({ kind: 'session', tokenId: 's' })).hasTokens(),
    false,
  );
  assert.equal(foldedOf(token({ endedAt: 1 })).hasTokens(), true);
});

test('a secret has 256 bits and is found by its hash alone', () => {
  const { secret, sha256, tokenId } = newSecret('token');
  assert.match(secret, /^dl_[\w-]{43}$/);
  assert.equal(sha256, sha256Of(secret));
  assert.ok(!tokenId.includes(secret.slice(3, 9)));
  assert.notEqual(newSecret('token').secret, secret);
  assert.equal(foldedOf(token({ sha256 })).find(sha256Of(secret))?.tokenId, 't');
  assert.equal(foldedOf(token({ sha256 })).find(sha256Of(`${secret}x`)), undefined);
});

test('each role may do what those before it may', () => {
  for (const [i, role] of ROLES.entries())
    for (const [j, least] of ROLES.entries()) assert.equal(covers(role, least), i >= j);
  assert.ok(mayTouch(null, 'elec') && mayTouch(['elec'], 'elec') && !mayTouch([], 'elec'));
});
