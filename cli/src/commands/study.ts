import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { DriftloopError } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import { overrideSpec } from '@driftloop/replay';
import {
  checkStudy,
  isFinished,
  planStudy,
  proposalOf,
  readStudies,
  requireStudy,
  type StudyState,
  type StudyTable,
  studyPage,
  studyTable,
} from '@driftloop/studies';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { withConnections } from '../environment/session.ts';
import { renderTable } from '../output/table.ts';
import { renderStudies, renderStudy } from '../study/render.ts';
import { runWorkers } from '../study/workers.ts';
import { type CommonOptions, wholeBetween, withCommonOptions } from './options.ts';

/** `driftloop study`: the same many times with other values, by any number of workers. */
export function addStudy(program: Command): void {
  const study = program
    .command('study')
    .description('run backtests, or any command, many times with other values');
  withCommonOptions(study.command('run'))
    .description('run a study of a YAML file, or go on with it where it was')
    .argument('<file>', 'the study, see docs/studies.md', (path) => resolve(path))
    .option('--workers <count>', 'worker processes on this machine', wholeBetween(0, 64), 2)
    .option('--folder <folder>', 'where shell steps run, which all workers see', (path) => resolve(path))
    .option('--report <file>', 'write an HTML page with pictures at the end', (path) => resolve(path))
    .addHelpText(
      'after',
      `
Ended at any moment, the same command goes on where it was. --workers 0 leaves the work to workers elsewhere.

Examples:
  $ npm run driftloop -- study run examples/studies/thresholds.yaml --report study.html
  $ npm run driftloop -- study run examples/studies/pi.yaml --folder /tmp/pi`,
    )
    .action(run);
  withCommonOptions(study.command('go-on'))
    .description('work on a study that was begun elsewhere, as in the console, until nothing of it is left')
    .argument('<study>', 'its id, or its name for the newest of that name')
    .option('--workers <count>', 'worker processes on this machine', wholeBetween(1, 64), 2)
    .option('--folder <folder>', 'where shell steps run, which all workers see', (path) => resolve(path))
    .option('--report <file>', 'write an HTML page with pictures at the end', (path) => resolve(path))
    .addHelpText(
      'after',
      `
Steps of a study are commands, and run with your rights.

Examples:
  $ npm run driftloop -- study go-on strategies`,
    )
    .action(goOn);
  withCommonOptions(study.command('status'))
    .description('list studies and how far they are')
    .action(async ({ data, json }: CommonOptions) => {
      const studies = await withConnections(data, ({ bus }) => readStudies(bus));
      const tables = [...studies.values()].map((state) => ({
        id: state.id,
        finished: isFinished(state),
        counts: studyTable(state).counts,
      }));
      console.log(json ? JSON.stringify({ studies: tables }) : renderStudies(tables));
    });
  withCommonOptions(study.command('results'))
    .description('show what a study came to')
    .argument('<study>', 'its id, or its name for the newest of that name')
    .option('--report <file>', 'write an HTML page with pictures', (path) => resolve(path))
    .option('--proposal <file>', "write the model's spec with the best setting, to be looked at", (path) =>
      resolve(path),
    )
    .option('--of <run>', 'propose the setting of this run instead of the best', wholeBetween(0, 1_000_000))
    .addHelpText(
      'after',
      `
A proposal changes nothing: a person registers it (\`driftloop register --spec FILE …\`).

Examples:
  $ npm run driftloop -- study results thresholds --report study.html
  $ npm run driftloop -- study results thresholds --proposal spec.json`,
    )
    .action(results);
}

type RunOptions = CommonOptions & { workers: number; folder?: string; report?: string };

async function run(file: string, options: RunOptions): Promise<void> {
  const study = checkStudy(parseYaml(await readFile(file, 'utf8'), file), file);
  if (options.workers > 0) requireFolder(study, file, options);
  const table = await withConnections(options.data, async ({ bus, producer, registry }) => {
    if (study.backtest) {
      const { spec } = requireModel(registry, study.backtest.model);
      // A name that the spec has not is said now, and not by every job.
      for (const path of Object.keys(study.parameters)) overrideSpec(spec, { [path]: valueAt(spec, path) });
    }
    const id = await planStudy(producer, study, userInfo().username);
    return work(bus, id, options);
  });
  await show(table, options);
}

async function goOn(named: string, options: RunOptions): Promise<void> {
  const table = await withConnections(options.data, async ({ bus }) => {
    const { id, study } = requireStudy(await readStudies(bus), named);
    requireFolder(study, id, options);
    return work(bus, id, options);
  });
  await show(table, options);
}

/** Steps run where their study's author has said. */
function requireFolder({ steps }: StudyState['study'], name: string, { folder }: RunOptions): void {
  if (steps && folder === undefined)
    throw new DriftloopError(
      'REQUEST_INVALID',
      `${name} has steps: say with --folder where they run, or leave them to workers elsewhere with --workers 0 of \`study run\`.`,
    );
}

/** Has workers of this machine work on a study until nothing of it is left. */
async function work(
  bus: Parameters<typeof runWorkers>[0],
  id: string,
  { workers, data, folder, json }: RunOptions,
): Promise<StudyTable> {
  const state = await runWorkers(bus, id, {
    count: workers,
    data,
    ...(folder === undefined ? {} : { folder }),
    quiet: json === true,
  });
  return studyTable(state);
}

function valueAt(spec: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((place, key) => (place as Record<string, unknown> | undefined)?.[key], spec);
}

type ResultsOptions = CommonOptions & { report?: string; proposal?: string; of?: number };

async function results(named: string, options: ResultsOptions): Promise<void> {
  const { proposal, of } = options;
  const table = await withConnections(options.data, async ({ bus, registry }) => {
    const state = requireStudy(await readStudies(bus), named);
    const table = studyTable(state);
    if (proposal === undefined) return table;
    const specOf = (model: string) => requireModel(registry, model).spec;
    const { model, values, spec } = proposalOf(state, specOf, { table, ...(of === undefined ? {} : { of }) });
    await writeFile(proposal, `${JSON.stringify(spec, null, 2)}\n`);
    if (!options.json) {
      const changes = Object.entries(values).map(([path, value]) => [
        path,
        valueAt(specOf(model), path),
        value,
      ]);
      console.log(renderTable(['setting', 'is', 'proposed'], changes));
      console.log(`Proposal: ${proposal}. Register it to put it into effect.`);
    }
    return table;
  });
  await show(table, options);
}

async function show(table: StudyTable, { report, json }: { report?: string; json?: boolean }): Promise<void> {
  if (report) await writeFile(report, studyPage(table));
  console.log(json ? JSON.stringify(table) : renderStudy(table));
  if (report && !json) console.log(`Report: ${report}`);
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new DriftloopError('REQUEST_INVALID', `${file} is no YAML: ${(error as Error).message}`);
  }
}
