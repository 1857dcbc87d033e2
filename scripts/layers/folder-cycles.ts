import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { importsOf } from './imports.ts';
import { typescriptFiles } from './typescript-files.ts';

/**
 * Checks that no two folders beside each other import each other, be it by a third one. A folder
 * and what lies below it are one room, so files that lie beside folders may import from them and be
 * imported by them.
 *
 * @returns per cycle the folders, and one import of each step
 */
export function checkFolderCycles(root: string): string[] {
  const problems: string[] = [];
  for (const [parent, graph] of siblingImports(root)) {
    for (const cycle of cyclesOf(graph)) {
      const names = cycle.map((folder) => `${parent}/${folder}`);
      const steps = cycle.flatMap(
        (from, i) => graph.get(from)?.get(cycle[(i + 1) % cycle.length] ?? '') ?? [],
      );
      problems.push(`${names.join(' and ')} import each other:\n    ${steps.join('\n    ')}`);
    }
  }
  return problems;
}

/** Of the folders in one: what imports what, and by which import. */
type SiblingImports = Map<string, Map<string, string>>;

function siblingImports(root: string): Map<string, SiblingImports> {
  const parents = new Map<string, SiblingImports>();
  for (const path of typescriptFiles(root)) {
    const file = relative(root, path).split(sep).join('/');
    if (!file.includes('/src/')) continue;
    for (const specifier of importsOf(readFileSync(path, 'utf8'))) {
      if (!specifier.startsWith('.')) continue;
      const target = join(file, '..', specifier).split(sep).join('/');
      const found = siblingsOf(file, target);
      if (!found) continue;
      const graph = parents.get(found.parent) ?? new Map<string, Map<string, string>>();
      parents.set(found.parent, graph);
      const to = graph.get(found.from) ?? new Map<string, string>();
      graph.set(found.from, to.set(found.to, to.get(found.to) ?? `${file} imports ${target}`));
    }
  }
  return parents;
}

/**
 * The folders beside each other that an import goes from and to; undefined where one of the files
 * lies in their parent itself.
 */
function siblingsOf(
  file: string,
  target: string,
): { readonly parent: string; readonly from: string; readonly to: string } | undefined {
  const [from, to] = [file.split('/').slice(0, -1), target.split('/').slice(0, -1)];
  const depth = from.findIndex((folder, i) => folder !== to[i]);
  const [fromFolder, toFolder] = [from[depth], to[depth]];
  if (fromFolder === undefined || toFolder === undefined) return undefined;
  return { parent: from.slice(0, depth).join('/'), from: fromFolder, to: toFolder };
}

/** One shortest cycle through each folder that is in one, each set of folders once. */
function cyclesOf(graph: SiblingImports): string[][] {
  const cycles = new Map<string, string[]>();
  for (const start of [...graph.keys()].sort()) {
    const cycle = wayBack(graph, start);
    const name = cycle?.toSorted().join(' ');
    if (cycle && name !== undefined && !cycles.has(name)) cycles.set(name, cycle);
  }
  return [...cycles.values()];
}

/** The folders on the shortest way from a folder back to itself. */
function wayBack(graph: SiblingImports, start: string): string[] | undefined {
  const ways = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of graph.get(way.at(-1) ?? '')?.keys() ?? []) {
      if (next === start) return way;
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}
