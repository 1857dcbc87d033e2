// Loaded into every Node that npm starts here (--import in NODE_OPTIONS): keeps each file of this checkout as it is
// without its types. Node strips types anew in every process, which is a third of what a service takes to load.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url).href;
const FOLDER = new URL(`.driftloop/cache/stripped/${process.version}/`, ROOT);

// Absent in Node before 22.15, which only loads more slowly.
module.registerHooks?.({
  load(url, context, next) {
    const isOurs = url.startsWith(ROOT) && !url.includes('/node_modules/');
    if (!isOurs || context.format !== 'module-typescript') return next(url, context);
    const source = strippedOf(url);
    return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true };
  },
});

/** The stripped text; undefined where Node had better say itself what is wrong with the file. */
function strippedOf(url) {
  let typed;
  try {
    typed = readFileSync(fileURLToPath(url), 'utf8');
  } catch {
    return undefined;
  }
  // At the end, where it moves no line.
  const mark = `\n//${createHash('sha256').update(typed).digest('hex')}`;
  const kept = new URL(createHash('sha256').update(url).digest('hex'), FOLDER);
  try {
    const text = readFileSync(kept, 'utf8');
    if (text.endsWith(mark)) return text;
  } catch {
    // Not kept yet.
  }
  const stripped = withoutWarning(() => module.stripTypeScriptTypes(typed));
  if (stripped !== undefined) keep(kept, stripped + mark);
  return stripped;
}

/** Written beside and moved into place: others read it meanwhile. A folder that cannot be written keeps nothing. */
function keep(file, text) {
  try {
    const unfinished = new URL(`${file.href}.${process.pid}`);
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(unfinished, text);
    renameSync(unfinished, file);
  } catch {
    // Stripped again by the next process.
  }
}

/** The function warns that it is experimental, which would be in the output of whatever comes first. */
function withoutWarning(strip) {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return strip();
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
