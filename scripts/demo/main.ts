/**
 * `npm run demo`: the closed loop on the Elec2 electricity data, everything real, on this machine.
 * `--help` lists the flags.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildConsoleIfStale, emptyDataFolder, ROOT, readTable, sliceTable } from '@driftloop/cli';
import { validateSpec } from '@driftloop/registry';
import { backtest } from '@driftloop/replay';
import { runScenario } from '@driftloop/scenario';
import { createNarrator } from './narrate.ts';
import { drawAccuracy, type Stretch, stretchesSql } from './picture.ts';
import { renderReport } from './render.ts';

const USAGE = `npm run demo -- [flags]
  --rate <rows>         rows per second (400)
  --label-delay <rows>  rows after which a label follows (500)
  --rows <number>       stream only so many rows
  --seed <number>       seed of the first version (1)
  --data <folder>       data and logs; emptied first (.driftloop/demo)
  --picture <file>      draw the loop beside the frozen model, as SVG
  --secure              all parts with TLS, passwords and permissions (docs/security.md)
  --json                the summary as one JSON object`;

function readFlags() {
  try {
    return parseArgs({
      options: {
        rate: { type: 'string', default: '400' },
        'label-delay': { type: 'string', default: '500' },
        rows: { type: 'string' },
        seed: { type: 'string', default: '1' },
        data: { type: 'string', default: join(ROOT, '.driftloop/demo') },
        picture: { type: 'string' },
        secure: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

const values = readFlags();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

/** The first 10 % of Elec2. */
const TRAINING_ROWS = 4_531;

const numberOf = (name: string, text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  console.error(`--${name} must be a number from 0 on, not '${text}'.`);
  process.exit(2);
};

const spec = validateSpec(JSON.parse(readFileSync(join(ROOT, 'examples/elec/spec.json'), 'utf8')));
const elec = await readTable(join(ROOT, 'data/elec.csv.gz'), 'target');
const rows = values.rows === undefined ? elec.rows : TRAINING_ROWS + numberOf('rows', values.rows);
const dataDir = resolve(values.data);
await emptyDataFolder(dataDir).catch((error: Error) => {
  console.error(error.message);
  process.exit(2);
});
buildConsoleIfStale(values.json);
const narrator = createNarrator({ quiet: values.json, totalRows: rows - TRAINING_ROWS });

let differences: number | undefined;
const report = await runScenario(
  {
    spec,
    table: sliceTable(elec, 0, rows),
    // Elec2 has one row per half-hour from 7 May 1996 on.
    clock: { startMs: Date.parse('1996-05-07T00:00:00Z'), intervalMs: 1_800_000 },
    trainingRows: TRAINING_ROWS,
    labelDelayRows: numberOf('label-delay', values['label-delay']),
    rate: numberOf('rate', values.rate) || Number.POSITIVE_INFINITY,
    seed: numberOf('seed', values.seed),
    dataDir,
    secure: values.secure,
    environment: { TRAINER_NICE: '2' },
  },
  {
    ...narrator,
    async onReport(_, connections) {
      narrator.onStage('Replaying what happened, with the same settings');
      const all = { model: spec.model, from: 0, to: Date.UTC(2200, 0, 1) };
      differences = (await backtest(connections, all)).differences.length;
      if (values.picture === undefined) return;
      const { warehouse } = connections;
      const stretches = (await warehouse.query(stretchesSql(warehouse.database, spec.model))) as Stretch[];
      const title = 'Electricity market, labels 500 rows late: right answers in four weeks';
      writeFileSync(values.picture, drawAccuracy(stretches, title));
    },
  },
);
narrator.end();
const whole = { ...report, backtestDifferences: differences ?? null };
console.log(values.json ? JSON.stringify(whole) : renderReport(whole, dataDir));
