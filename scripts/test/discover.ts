import { globSync } from 'node:fs';

/**
 * Lists the test files below the root, relative to it and sorted.
 *
 * @param patterns keep files whose path contains one of these; all when empty
 */
export function findTestFiles(root: string, patterns: readonly string[]): string[] {
  const found = globSync(
    '{schemas,packages,services,infra,cli,invariance,faults,benchmarks,simulation,scripts,test}/**/*.test.ts',
    {
      cwd: root,
      exclude: (path) => path === 'node_modules' || path === '.driftloop',
    },
  );
  return found
    .filter((file) => !file.includes('node_modules'))
    .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
    .sort();
}
