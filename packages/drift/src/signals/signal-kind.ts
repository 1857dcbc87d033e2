import type { DriftPolicy, Signal } from '@driftloop/schemas';
import type { ContentKind } from '../content/content.ts';
import type { ReferenceProfile } from '../profile/reference-profile.ts';
import type { NamedFinding, TestedWindow, WindowTest } from './window-test.ts';

/** Rows of one window as a chunk brings them. */
export interface ChunkRows<Content> {
  readonly content: Content;
  /** Rows that it is said to hold. */
  readonly n: number;
  /** Start of the window, and its length, ms. */
  readonly start: number;
  readonly lengthMs: number;
}

/** How it is told that content is what it is said to be. */
export interface ContentCheck<Content> {
  /** Id of the layout that rows of a version have. */
  layoutId(profile: ReferenceProfile): string;
  /** Whether content has the shape that the tests of a version look for. */
  isOf(content: Content, profile: ReferenceProfile): boolean;
  /**
   * What is wrong with content of that shape; undefined when nothing is.
   * @param profile undefined while it cannot be had: what depends on it is not looked at
   */
  problem(rows: ChunkRows<Content>, profile: ReferenceProfile | undefined): string | undefined;
}

/** A signal as the fold needs it: what it keeps of rows, and how it tests a window. */
export interface SignalKind<Content> {
  readonly signal: Signal;
  readonly content: ContentKind<Content>;
  /** @default content is what it is said to be */
  readonly check?: ContentCheck<Content>;
  /**
   * Findings of all tests and the rows they rest on; `memory` is the version's, by test, and is
   * changed.
   */
  test(
    window: Omit<TestedWindow<Content>, 'alpha'>,
    memory: Record<string, unknown>,
  ): { readonly n: number; readonly findings: readonly NamedFinding[] };
}

/** data, prediction, concept: each may spend a third of the false alarms. */
const SIGNALS = 3;

/** Makes a signal of its tests. */
export function signalKind<Content>(
  signal: Signal,
  content: ContentKind<Content>,
  check: ContentCheck<Content>,
  tests: readonly WindowTest<Content>[],
): SignalKind<Content> {
  return {
    signal,
    content,
    check,
    test(window, memory) {
      const chosen = chosenTests(tests, window.spec.drift).filter(
        ({ applies }) => applies?.(window.profile, window.spec) ?? true,
      );
      const alarming = chosen.filter(({ raisesAlarms = true }) => raisesAlarms);
      const alpha = alphaPerTest(window.spec.drift, alarming.length);
      const tested = { ...window, alpha };
      const findings = chosen.flatMap((test): NamedFinding[] => {
        const result = test.run(tested, memory[test.name]);
        if (result.memory !== undefined) memory[test.name] = result.memory;
        return result.findings.map((finding) => ({ detector: test.name, ...finding }));
      });
      return { n: window.n, findings };
    },
  };
}

/**
 * Probability of a false alarm for one test on one window: the budget of one in
 * `expectedWindowsBetweenFalseAlarms` windows, shared equally by signals and tests (Bonferroni, so
 * valid however they depend on each other).
 */
function alphaPerTest(policy: DriftPolicy, tests: number): number {
  return 1 / (Math.max(2, policy.expectedWindowsBetweenFalseAlarms) * SIGNALS * Math.max(1, tests));
}

function chosenTests<Content>(tests: readonly WindowTest<Content>[], policy: DriftPolicy) {
  const { detectors } = policy;
  const isNamed = ({ name }: WindowTest<Content>): boolean => detectors.includes(name);
  if (detectors.length === 0) return tests.filter(({ byDefault }) => byDefault);
  // What a change is, is said of whatever is looked for.
  const isLooked = tests.some((test) => test.fault === undefined && isNamed(test));
  return tests.filter(
    (test) => isNamed(test) || (isLooked && (test.fault !== undefined || test.tellsKind === true)),
  );
}
