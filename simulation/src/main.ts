/** `pnpm simulate`: runs seeds and says which of them find something. */
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Command } from 'commander';
import { mutationNamed } from './mutants/index.ts';
import { failureText } from './report.ts';
import { runSeeds, type SeedRange, stageOf } from './run-seeds.ts';
import { hasFailed, runSeed } from './simulate.ts';

/** What a thread tells of a seed. */
interface SeedLine {
  readonly seed: number;
  readonly failed: boolean;
  readonly recovered: number;
  readonly hours: number;
}

const HOUR_MS = 3_600_000;

if (isMainThread) await simulate();
else await work(workerData);

async function simulate(): Promise<void> {
  const whole = (text: string) => {
    const number = Number(text);
    if (Number.isSafeInteger(number) && number >= 0) return number;
    throw new RangeError(`'${text}' is not a whole number`);
  };
  const command = new Command('simulate')
    .description(
      'Runs all services in one process on virtual time, with faults, and compares with the undisturbed run.',
    )
    .option('--seeds <number>', 'how many seeds', whole, 200)
    .option('--from <seed>', 'first seed', whole, 0)
    .option('--hours <number>', 'hours of traffic per seed', Number, 1)
    .option('--workloads <number>', 'different traffics that the seeds take turns with', whole, 4)
    .option('--threads <number>', 'seeds at the same time', whole, Math.min(2, availableParallelism()))
    .option('--mutant <name>', 'plant a bug: the run must find it')
    .option('--all', 'go on after a seed that fails')
    .parse();
  const options = command.opts<Omit<SeedRange, 'share'> & { threads: number; all?: boolean }>();
  const { from, seeds, hours, workloads, mutant, threads, all } = options;
  const range: SeedRange = { from, seeds, hours, workloads, mutant };
  const startedMs = performance.now();
  const failed: number[] = [];
  let done = 0;
  let recovered = 0;
  let simulatedHours = 0;

  const shares = Array.from({ length: threads }, (_, at) => ({ every: threads, at }));
  const workers = shares.map(
    (share) =>
      new Worker(new URL(import.meta.url), {
        workerData: { ...range, share },
        // A run leaves much behind for a short while: room for it halves what the collector takes.
        resourceLimits: { maxYoungGenerationSizeMb: 64 },
      }),
  );
  await Promise.all(
    workers.map(
      (worker) =>
        new Promise<void>((resolve, reject) => {
          worker.on('message', (line: SeedLine) => {
            done++;
            recovered += line.recovered;
            simulatedHours += line.hours;
            if (line.failed) failed.push(line.seed);
            if (line.failed && !all) for (const other of workers) void other.terminate();
            if (done % 100 === 0) console.log(`${done} seeds, ${failed.length} failed`);
          });
          worker.once('error', reject);
          worker.once('exit', () => resolve());
        }),
    ),
  );
  const minutes = (performance.now() - startedMs) / 60_000;
  console.log(
    `${done} seeds, ${Math.round(simulatedHours)} simulated hours in ${minutes.toFixed(1)} min (${Math.round(simulatedHours / minutes)} per minute), ${recovered} records written again and known as such, ${failed.length} seeds failed`,
  );
  failed.sort((a, b) => a - b);
  const [first] = failed;
  if (first === undefined) return;
  if (failed.length > 1) console.log(`failed: ${failed.join(' ')}`);
  const stage = await stageOf(first, range);
  const mutation = mutant === undefined ? undefined : mutationNamed(mutant);
  console.log(await failureText(await runSeed(first, stage, { mutation }), stage, mutation));
  console.log(
    `again: pnpm simulate --from ${first} --seeds 1 --hours ${hours} --workloads ${workloads}${mutant ? ` --mutant ${mutant}` : ''}`,
  );
  process.exitCode = 1;
}

async function work(range: SeedRange): Promise<void> {
  await runSeeds(range, (result) => {
    const line: SeedLine = {
      seed: result.seed,
      failed: hasFailed(result),
      recovered: result.recovered,
      hours: result.outcome.endedMs / HOUR_MS,
    };
    parentPort?.postMessage(line);
    return true;
  });
}
