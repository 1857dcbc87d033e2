import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Of no use to a build: dependencies are in the lock file. */
const LEFT_OUT = /^(node_modules|dist.*|\..*)$|\.test\.ts$/;

/** SHA-256 of files and folders by path and content: the same in every clone. */
export function sourceHash(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) for (const file of filesIn(root, path)) addFile(file);
  return hash.digest('hex');

  function addFile(file: string): void {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
}

function filesIn(root: string, path: string): string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path))
    .filter((name) => !LEFT_OUT.test(name))
    .sort()
    .flatMap((name) => filesIn(root, `${path}/${name}`));
}
