import { globSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MutantResult, PartialStrykerOptions } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import type { Room } from './rooms.ts';

/** Folders that no room's tests read: they are not copied. */
const LEFT_OUT = [
  'data',
  'docs',
  'benchmarks',
  'test',
  'cli',
  'infra',
  'services',
  'examples',
  'simulation',
  'scenario',
];

export interface MutateOptions {
  /** The repository; the working directory must be it. */
  readonly root: string;
  /** Only these of the room's sources. @default all */
  readonly sources?: readonly string[] | undefined;
  /** Mutants that are tested side by side. @default one per core */
  readonly threads?: number | undefined;
}

/**
 * Makes every small change to a room's sources, one at a time and in a copy, and runs those of its
 * test files that reach the changed line.
 *
 * @returns what became of each change
 * @throws Error when the tests fail without any change
 */
export function mutateRoom(room: Room, options: MutateOptions): Promise<readonly MutantResult[]> {
  const { root, sources = room.sources, threads = availableParallelism() } = options;
  const settings: PartialStrykerOptions = {
    mutate: [...sources],
    testRunner: 'tap',
    tap: {
      // By name, for then they run in this order: the quick ones notice most changes, and the
      // others are spared.
      testFiles: room.tests.flatMap((pattern) => globSync(pattern, { cwd: root }).sort()),
      nodeArgs: ['--no-warnings', '--test-reporter=tap', '-r', '{{hookFile}}', '{{testFile}}'],
      forceBail: true,
    },
    plugins: [
      import.meta.resolve('@stryker-mutator/tap-runner'),
      new URL('./wording.ts', import.meta.url).href,
    ],
    ignorers: ['wording'],
    coverageAnalysis: 'perTest',
    ignorePatterns: LEFT_OUT.map((folder) => `/${folder}`),
    reporters: ['progress-append-only'],
    // A run that is cut off leaves its copy there, where no check finds it.
    tempDirName: join(tmpdir(), 'driftloop-mutation'),
    // There is none to rewrite: types are stripped, and the rewriting needs a compiler's library
    // that TypeScript 7 has no more.
    tsconfigFile: join(root, 'no-tsconfig.json'),
    concurrency: threads,
    // Tests that loop are mostly stopped by the number of hits of a line; a busy machine must not
    // look like one.
    timeoutMS: 20_000,
    allowConsoleColors: false,
    logLevel: 'warn' as NonNullable<PartialStrykerOptions['logLevel']>,
  };
  return new Stryker(settings).runMutationTest();
}
