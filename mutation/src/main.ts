/** `pnpm mutate`: changes the code in small ways and says which of the changes no test notices. */
import { fileURLToPath } from 'node:url';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { mutateRoom } from './mutate-room.ts';
import { reportText, scoreOf } from './report.ts';
import { ROOMS } from './rooms.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const command = new Command('mutate')
  .description(
    'Changes a room of the code in small ways, one at a time, and says which changes no test notices.',
  )
  .addArgument(
    new Argument('[rooms...]', 'which rooms').choices(Object.keys(ROOMS)).default(Object.keys(ROOMS)),
  )
  .option('--files <globs...>', 'only these files of the room (-- ends the list)')
  .option('--threads <number>', 'changes tested side by side; one per core if not given', wholeNumber)
  .parse();
const { files, threads } = command.opts<{ files?: string[]; threads?: number }>();

process.chdir(ROOT);
for (const name of command.processedArgs[0] as string[]) {
  const results = await mutateRoom(ROOMS[name]!, { root: ROOT, sources: files, threads });
  console.log(reportText(name, scoreOf(results), ROOT));
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It is not a whole number above 0.');
}
