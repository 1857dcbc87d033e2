import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** How large a build is, bytes as a browser is sent them when compressed. */
export interface BundleSize {
  readonly what: 'console bundle';
  /** What every page loads first: script and styles. */
  readonly firstGzippedBytes: number;
  /** All of it, with the pages that are loaded when somebody looks at them. */
  readonly allGzippedBytes: number;
}

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** Measures a build by its manifest. */
export function bundleSize(folder: string): BundleSize {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Readonly<
    Record<string, Chunk>
  >;
  const chunks = Object.entries(manifest);
  const first = new Set(chunks.filter(([, { isEntry }]) => isEntry).map(([name]) => name));
  for (const name of first) for (const imported of manifest[name]?.imports ?? []) first.add(imported);
  const filesOf = (some: readonly (readonly [string, Chunk])[]) =>
    new Set(some.flatMap(([, { file, css = [] }]) => [file, ...css]));
  const bytes = (files: ReadonlySet<string>) =>
    [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
  return {
    what: 'console bundle',
    firstGzippedBytes: bytes(filesOf(chunks.filter(([name]) => first.has(name)))),
    allGzippedBytes: bytes(filesOf(chunks)),
  };
}
