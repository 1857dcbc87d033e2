import type { DriftPolicy } from '@driftloop/schemas';
import type { TestMeaning } from '../signals/window-test.ts';

/** What the ensemble knows of tests, by their name: what they say about themselves. */
export type TestTable = ReadonlyMap<string, TestMeaning>;

/** Makes the table. */
export function testTableOf(tests: readonly TestMeaning[]): TestTable {
  return new Map(tests.map((test) => [test.name, test]));
}

/** Whether versions in shadow are compared with the live one where a spec has this policy. */
export function comparesVersions(tests: TestTable, { detectors }: Pick<DriftPolicy, 'detectors'>): boolean {
  return [...tests.values()].some(
    (test) => test.comparesVersions === true && (detectors.length === 0 || detectors.includes(test.name)),
  );
}

/** Names of the tests whose statistics say what a window looked like, the first one first. */
export function fingerprintTests(tests: TestTable): string[] {
  return [...tests.values()]
    .filter(({ fingerprint }) => fingerprint !== undefined)
    .sort((a, b) => (a.fingerprint ?? 0) - (b.fingerprint ?? 0))
    .map(({ name }) => name);
}
