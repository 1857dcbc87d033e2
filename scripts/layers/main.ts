import { fileURLToPath } from 'node:url';
import { checkLayers } from './check.ts';
import { checkFolderCycles } from './folder-cycles.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const crossing = checkLayers(root);
const cycles = checkFolderCycles(root);
for (const problem of [...crossing, ...cycles]) console.error(problem);
if (crossing.length > 0) console.error(`${crossing.length} imports cross a layer.`);
if (cycles.length > 0) console.error(`${cycles.length} times folders beside each other import each other.`);
if (crossing.length + cycles.length === 0) console.log('Layers hold.');
else process.exitCode = 1;
