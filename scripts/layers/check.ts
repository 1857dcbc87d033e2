import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative, sep } from 'node:path';
import { besideTheDoor } from './door.ts';
import { importsOf } from './imports.ts';
import { OWNERS, ROOMS, type Room } from './rules.ts';
import { typescriptFiles } from './typescript-files.ts';

const SCOPE = '@driftloop/';

/**
 * Checks every TypeScript file below `root` against the rooms.
 *
 * @returns one line per violation: file, what it imports, and what is allowed
 */
export function checkLayers(root: string): string[] {
  const problems: string[] = [];
  for (const path of typescriptFiles(root)) {
    const file = relative(root, path).split(sep).join('/');
    const room = ROOMS.find((candidate) => inFolder(file, candidate.folder));
    if (!room) {
      problems.push(`${file}: its folder is in no room of scripts/layers/rules.ts`);
      continue;
    }
    const source = readFileSync(path, 'utf8');
    problems.push(...besideTheDoor(file, source));
    for (const specifier of importsOf(source)) {
      const problem = violation(file, room, specifier);
      if (problem) problems.push(`${file} imports ${specifier}: ${problem}`);
    }
  }
  return problems;
}

function violation(file: string, room: Room, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return relativeViolation(file, room, specifier);
  // Tests exercise a package from outside: they may start real parts and use peers. Scripts make
  // what is checked in.
  if (/(^|\/)test\//.test(file) || /^packages\/[^/]+\/(scripts|examples)\//.test(file)) return undefined;
  const owners =
    OWNERS[specifier.startsWith('@') ? specifier.split('/', 2).join('/') : (specifier.split('/')[0] ?? '')];
  if (owners && !owners.some((owner) => inFolder(file, owner))) return `only ${owners.join(', ')} may`;
  if (specifier.startsWith(SCOPE)) {
    const name = specifier.slice(SCOPE.length).split('/')[0] ?? '';
    return room.workspace.includes(name)
      ? undefined
      : `${room.folder} may import ${room.workspace.join(', ') || 'no package'}`;
  }
  const isBuiltin = specifier.startsWith('node:') || builtinModules.includes(specifier);
  if (!isBuiltin || room.node === 'all' || room.node.includes(specifier)) return undefined;
  return `${room.folder} is pure: ${room.node.join(', ') || 'none'} of Node's modules`;
}

function relativeViolation(file: string, room: Room, specifier: string): string | undefined {
  const target = join(file, '..', specifier).split(sep).join('/');
  const depth = room.folder.split('/').length;
  const own = file.split('/').slice(0, depth).join('/');
  return inFolder(target, own) ? undefined : `reaches out of ${own}; import the package by name`;
}

function inFolder(file: string, folder: string): boolean {
  const pattern = folder.endsWith('/*') ? folder.slice(0, -1) : `${folder}/`;
  return file.startsWith(pattern);
}
