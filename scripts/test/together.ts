import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Packages whose tests start nothing, change no environment and leave nothing behind: those of one
 * package run in one process, which loads its modules once. A test file of its own process costs
 * more CPU for that than most tests do. Packages that run engines are not among them: one test of
 * units failed beside others in a process.
 */
const TOGETHER =
  /^(packages\/(?:access|detectors|drift|estimates|notifications|onnx|payloads|replay|spec|stats|studies|tables)|services\/(?:ensemble|operator|payloads|study-worker))\/test\//;
/** A file that sets an environment, and runs alone. */
const ALONE = /webgpu/;

/** Test files of one process. */
export interface TestProcess {
  /** What is run: the file itself, or one that imports the others. */
  readonly entry: string;
  /** For people: the file's path, or how many of which package. */
  readonly name: string;
  /** Relative to the root. */
  readonly files: readonly string[];
}

/**
 * Puts test files together that may share a process.
 *
 * @param isLong files that take so long that they run beside others
 * @param folder where the entries are written that import several files
 */
export function together(
  root: string,
  files: readonly string[],
  isLong: (file: string) => boolean,
  folder: string,
): TestProcess[] {
  const shared = new Map<string, string[]>();
  const processes: { name: string; files: string[] }[] = [];
  for (const file of files) {
    const name = isLong(file) || ALONE.test(file) ? undefined : TOGETHER.exec(file)?.[1];
    const known = name === undefined ? undefined : shared.get(name);
    if (known) known.push(file);
    else {
      const own = [file];
      processes.push({ name: name ?? file, files: own });
      if (name !== undefined) shared.set(name, own);
    }
  }
  mkdirSync(folder, { recursive: true });
  return processes.map(({ name, files: own }) => {
    const [file = ''] = own;
    return own.length === 1
      ? { entry: join(root, file), name: file, files: own }
      : {
          entry: written(root, own, join(folder, `${name.replace('/', '-')}.test.ts`)),
          name: `${own.length} files of ${name}`,
          files: own,
        };
  });
}

/** Writes an entry that imports the files one after the other. @returns its path */
function written(root: string, files: readonly string[], entry: string): string {
  const paths = files.map((file) => relative(dirname(entry), join(root, file)).replaceAll('\\', '/'));
  writeFileSync(entry, paths.map((path) => `await import(${JSON.stringify(path)});\n`).join(''));
  return entry;
}
