import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The TypeScript files below a folder, but for dependencies and hidden folders. */
export function* typescriptFiles(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    if (name === 'node_modules' || name.startsWith('.')) continue;
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* typescriptFiles(path);
    else if (/\.tsx?$/.test(name)) yield path;
  }
}
