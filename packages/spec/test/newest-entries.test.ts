import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createNewestEntries } from '../src/newest-entries.ts';

/** The same with a list. */
function model(most: number) {
  let entries: [string, number][] = [];
  return {
    set(key: string, value: number) {
      const known = entries.findIndex(([other]) => other === key);
      if (known >= 0) entries[known] = [key, value];
      else entries = [...entries, [key, value] satisfies [string, number]].slice(-most);
    },
    delete(key: string) {
      entries = entries.filter(([other]) => other !== key);
    },
    get: (key: string) => entries.find(([other]) => other === key)?.[1],
  };
}

test('whatever is set and deleted, the newest are kept', () => {
  const keys = [...'abcdefgh'];
  const step = fc.record({ key: fc.constantFrom(...keys), value: fc.nat(), isSet: fc.boolean() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 200 }), (most, steps) => {
      const [expected, entries] = [model(most), createNewestEntries<number>(most)];
      for (const { key, value, isSet } of steps) {
        for (const map of [expected, entries]) isSet ? map.set(key, value) : map.delete(key);
        for (const each of keys) {
          assert.equal(entries.get(each), expected.get(each));
          assert.equal(entries.has(each), expected.get(each) !== undefined);
        }
      }
    }),
  );
});
