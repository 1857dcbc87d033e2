import type { History } from './history.ts';

/** How a run differs from the undisturbed one. */
export interface Difference {
  readonly how: 'lost' | 'unexpected' | 'different' | 'contradicted';
  /** window, signal, verdict, ... */
  readonly kind: string;
  readonly about: string;
  readonly expected?: string;
  readonly found?: string;
}

/** What came of a comparison. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** Things that were said again, word for word, after a fault. */
  readonly recovered: number;
}

/**
 * Compares what a run concluded with what the undisturbed one did.
 *
 * lost: it was never said. unexpected: the undisturbed run says nothing of it. different: it was
 * said, but another thing. contradicted: it was said twice, and not the same.
 */
export function compareHistories(reference: History, run: History): Comparison {
  const differences: Difference[] = [];
  let recovered = 0;
  for (const kind of new Set([...reference.keys(), ...run.keys()])) {
    const expectedOf = reference.get(kind) ?? new Map();
    const foundOf = run.get(kind) ?? new Map();
    for (const [about, expected] of expectedOf) {
      const found = foundOf.get(about);
      const content = expected.contents[0];
      if (!found) differences.push({ how: 'lost', kind, about, expected: content });
      else if (found.contents.length > 1)
        differences.push({
          how: 'contradicted',
          kind,
          about,
          expected: content,
          found: found.contents.join(' and '),
        });
      else if (found.contents[0] !== content)
        differences.push({ how: 'different', kind, about, expected: content, found: found.contents[0] });
      else recovered += Math.max(0, found.times - expected.times);
    }
    for (const [about, found] of foundOf) {
      if (!expectedOf.has(about))
        differences.push({ how: 'unexpected', kind, about, found: found.contents[0] });
    }
  }
  return { differences, recovered };
}

/** A difference in a line or two; long ones begin where they differ. */
export function differenceText({ how, kind, about, expected, found }: Difference): string {
  const head = `${how} ${kind} ${about}`;
  if (expected !== undefined && found !== undefined) {
    let from = 0;
    while (from < expected.length && expected[from] === found[from]) from++;
    from = Math.max(0, from - 40);
    return `${head}\n      expected …${expected.slice(from, from + 160)}\n      found    …${found.slice(from, from + 160)}`;
  }
  return head;
}
