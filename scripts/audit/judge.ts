/** A known hole in a package that is run. */
export interface Hole {
  readonly name: string;
  readonly versions: readonly string[];
  readonly severity: string;
  readonly title: string;
  readonly url: string;
  /** The first versions without it, as a range. */
  readonly patched: string;
}

/** What an audit came to: the holes, or why nobody could be asked. */
export type Audit = { readonly holes: readonly Hole[] } | { readonly unasked: string };

interface Advisory {
  readonly module_name: string;
  readonly severity: string;
  readonly title: string;
  readonly url: string;
  readonly patched_versions: string;
  readonly findings: readonly { readonly version: string }[];
}

/** Severities that a check fails by; others have no way in, or none that is likely. */
const SERIOUS: ReadonlySet<string> = new Set(['high', 'critical']);

/**
 * Reads what `pnpm audit --json` printed. Anything but its document means that the registry did not
 * answer: not every mirror knows advisories, and a build without network has none. Pure.
 *
 * @param problem what pnpm complained of
 * @param accepted URLs of advisories that were read
 */
export function judgeAudit(
  { stdout, problem }: { readonly stdout: string; readonly problem: string },
  accepted: Pick<ReadonlyMap<string, string>, 'has'>,
): Audit {
  const document = documentOf(stdout);
  if (!document) return { unasked: reasonOf(problem) };
  const holes = Object.values(document.advisories)
    .filter(({ severity, url }) => SERIOUS.has(severity) && !accepted.has(url))
    .map(({ module_name: name, severity, title, url, patched_versions: patched, findings }) => {
      const versions = [...new Set(findings.map(({ version }) => version))];
      return { name, versions, severity, title, url, patched };
    });
  return { holes };
}

function documentOf(text: string): { readonly advisories: Readonly<Record<string, Advisory>> } | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null && 'advisories' in found
      ? (found as { advisories: Readonly<Record<string, Advisory>> })
      : undefined;
  } catch {
    return undefined;
  }
}

/** The words of a complaint in one line, without the frame around them and without addresses. */
function reasonOf(problem: string): string {
  const words = problem
    .replaceAll(/[│×╰─▶\s]+/g, ' ')
    .replaceAll(/https?:\/\/\S+?(?=[)\s]|$)/g, 'the registry');
  return words.trim().slice(0, 300) || 'pnpm said nothing';
}
