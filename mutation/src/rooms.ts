/**
 * Source files that belong together, and the test files that answer for them: those of seconds, the
 * quick ones first. Both are globs from the repository's root.
 */
export interface Room {
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

/**
 * The rooms where a wrong line does most harm: what goes live, what is concluded, which rows a
 * window holds, what a spec means.
 */
export const ROOMS: Readonly<Record<string, Room>> = {
  gate: {
    sources: ['packages/continual/src/gate/**/*.ts'],
    tests: [
      'packages/continual/test/gate/{calibration,forgetting,latency,paired-test,recent,scores}.test.ts',
      'packages/continual/test/gate-statistics.test.ts',
      'packages/continual/test/gate/{gate,parity}.test.ts',
    ],
  },
  ensemble: {
    sources: ['packages/drift/src/ensemble/**/*.ts'],
    tests: [
      'packages/drift/test/ensemble/{change-point,collect,command,credit,judged,likelihood,promotion,restored,rivals}.test.ts',
      'packages/drift/test/ensemble/{test-table,transition,trust,verdict,version,weigh}.test.ts',
      'packages/drift/test/ensemble/{ensemble,trials}.test.ts',
      'packages/drift/test/ensemble/{bad-input,words}.test.ts',
    ],
  },
  windows: {
    sources: ['packages/drift/src/windows/**/*.ts'],
    tests: [
      'packages/drift/test/windows/{close-window,codec,due,frontier,order,state,take-chunk,topic}.test.ts',
      'packages/drift/test/windows/{turns,reducer}.test.ts',
    ],
  },
  spec: {
    sources: ['packages/spec/src/**/*.ts'],
    tests: ['packages/spec/test/*.test.ts'],
  },
};
