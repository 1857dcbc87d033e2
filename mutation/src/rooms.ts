/** Source files that belong together, and the test files that answer for them (those of seconds). Both are globs from the repository's root. */
export interface Room {
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

/** The rooms where a wrong line does most harm: what goes live, what is concluded, which rows a window holds, what a spec means. */
export const ROOMS: Readonly<Record<string, Room>> = {
  gate: {
    sources: ['packages/continual/src/gate/**/*.ts'],
    tests: ['packages/continual/test/gate/*.test.ts', 'packages/continual/test/gate-statistics.test.ts'],
  },
  ensemble: {
    sources: ['packages/drift/src/ensemble/**/*.ts'],
    tests: ['packages/drift/test/ensemble/*.test.ts', 'packages/drift/test/history/*.test.ts'],
  },
  windows: {
    sources: ['packages/drift/src/windows/**/*.ts'],
    tests: [
      'packages/drift/test/windows/reducer.test.ts',
      'packages/drift/test/windows/{pace,topic-made-anew,wrong-times,interleaving}.test.ts',
    ],
  },
  spec: {
    sources: ['packages/spec/src/**/*.ts'],
    tests: ['packages/spec/test/*.test.ts'],
  },
};
