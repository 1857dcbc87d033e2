import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { auditEntry, jsonText } from '../src/audit.ts';

const GIVEN = { at: 1, actor: 'jo', via: 'token', action: 'POST /x' } as const;

test('whatever a caller sends, an entry is text that Kafka takes, and not long', () => {
  const texts = fc.string({
    unit: fc.constantFrom('a', '\ud83d', '\udca9', '\u{1F4A9}', '\0'),
    maxLength: 3_000,
  });
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const entry = auditEntry({
        ...GIVEN,
        target: one,
        reason: other,
        model: one,
        before: jsonText({ one }),
        after: jsonText({ other: other.repeat(20) }),
      });
      for (const text of [entry.target, entry.reason, entry.model]) {
        assert.ok(text.isWellFormed());
        assert.ok(text.length <= 1_001);
      }
      for (const json of [entry.before, entry.after])
        assert.ok(JSON.parse(json ?? '') && (json ?? '').length <= 20_000);
    }),
  );
});

test('what is left out is empty, and done', () => {
  const { auditId, ...entry } = auditEntry(GIVEN);
  assert.match(auditId, /^[\da-f-]{36}$/);
  assert.deepEqual([entry.outcome, entry.model, entry.version, entry.before], ['done', '', null, null]);
});
