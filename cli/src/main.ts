import { DriftloopError, redactUrls } from '@driftloop/errors';
import { Command, Help, type Option } from 'commander';
import { EXIT_CODES, exitCodeOf } from './output/exit-codes.ts';

/**
 * In the order of the help. A command's modules are loaded when it is asked for: all of them
 * together take longer to read than most commands take to run.
 */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  up: async () => (await import('./commands/up.ts')).addUp,
  down: async () => (await import('./commands/down.ts')).addDown,
  prepare: async () => (await import('./commands/prepare.ts')).addPrepare,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctor,
  status: async () => (await import('./commands/status.ts')).addStatus,
  logs: async () => (await import('./commands/logs.ts')).addLogs,
  spec: async () => (await import('./commands/spec.ts')).addSpec,
  register: async () => (await import('./commands/register.ts')).addRegister,
  produce: async () => (await import('./commands/produce.ts')).addProduce,
  payloads: async () => (await import('./commands/payloads.ts')).addPayloads,
  'dead-letters': async () => (await import('./commands/dead-letters.ts')).addDeadLetters,
  drift: async () => (await import('./commands/drift.ts')).addDrift,
  why: async () => (await import('./commands/why.ts')).addWhy,
  performance: async () => (await import('./commands/performance.ts')).addPerformance,
  models: async () => (await import('./commands/models.ts')).addModels,
  promote: async () => (await import('./commands/trial.ts')).addPromote,
  reject: async () => (await import('./commands/trial.ts')).addReject,
  rollback: async () => (await import('./commands/rollback.ts')).addRollback,
  login: async () => (await import('./commands/login.ts')).addLogin,
  tokens: async () => (await import('./commands/tokens.ts')).addTokens,
  audit: async () => (await import('./commands/audit.ts')).addAudit,
  notify: async () => (await import('./commands/notify.ts')).addNotify,
  backtest: async () => (await import('./commands/backtest.ts')).addBacktest,
  backtests: async () => (await import('./commands/backtests.ts')).addBacktests,
  replay: async () => (await import('./commands/replay.ts')).addReplay,
  study: async () => (await import('./commands/study.ts')).addStudy,
};

const program = new Command('driftloop')
  .description('Serves ML models over Kafka and keeps them good.')
  .version('0.1.0')
  // Without it --version of promote and reject would print the program's and do nothing.
  .enablePositionalOptions()
  .showHelpAfterError('(driftloop <command> --help shows how)')
  .configureHelp({ optionDescription: describeOption })
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes: 0 done, 1 failed, 2 not a valid command line or file, 3 Kafka, registry, ClickHouse or a tool out of reach,
4 what was named does not exist, 130 interrupted.

Start here:
  $ npm run driftloop -- up
  $ npm run driftloop -- register --spec examples/elec/spec.json --factory mlp --train data/elec.csv.gz --label target --rows 0:4531
  $ npm run driftloop -- produce --model elec --csv data/elec.csv.gz --label target --rows 4531: --label-delay 500 --rate 1000
  $ npm run driftloop -- drift --model elec`,
  );

const [asked = ''] = process.argv.slice(2);
for (const [name, load] of Object.entries(COMMANDS)) {
  if (!Object.hasOwn(COMMANDS, asked) || name === asked) (await load())(program);
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** As commander does, and which options must be given. */
function describeOption(option: Option): string {
  const text = new Help().optionDescription(option);
  return option.mandatory ? `${text} (required)` : text;
}

function report(error: unknown): number {
  if (error instanceof DriftloopError) {
    console.error(`${error.code}: ${error.message}`);
    return exitCodeOf(error.code);
  }
  // Commander has printed its message; help and version end with 0.
  if (error instanceof Error && 'exitCode' in error)
    return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
  // A folder that cannot be written, a full disk: the system's message names what and where.
  if (error instanceof Error && 'syscall' in error && 'code' in error) {
    console.error(redactUrls(error.message));
    return EXIT_CODES.failed;
  }
  // A bug: its stack is for whoever mends it.
  console.error(redactUrls((error instanceof Error && error.stack) || String(error)));
  return EXIT_CODES.failed;
}
