import { openConnections } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';
import { replayToTopics } from '@driftloop/replay';
import { createLogger, systemClock } from '@driftloop/service';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { withConnections } from '../environment/session.ts';
import { connectionConfig } from '../environment/settings.ts';
import { type CommonOptions, fromOption, toOption, withCommonOptions } from './options.ts';

/** `driftloop replay`: a slice of history again, on other topics. */
export function addReplay(program: Command): void {
  withCommonOptions(program.command('replay'))
    .description('copy the requests and labels of a slice of history to the topics of another prefix')
    .requiredOption('--model <name>', 'the model')
    .requiredOption('--prefix <prefix>', 'prefix of the topics that are written to; they are made')
    .addOption(fromOption())
    .addOption(toOption())
    .addOption(
      new Option('--speed <factor>', 'how many times as fast as it came, or `max` for flat out')
        .argParser(speedOf)
        .default(1),
    )
    .option('--shift', 'move event times so that the first request happens now, instead of keeping them')
    .addHelpText(
      'after',
      `
Answers are not copied: services under the prefix (TOPIC_PREFIX) give their own, of versions that are registered there.

Examples:
  $ npm run driftloop -- replay --model elec --prefix load. --speed 10
  $ npm run driftloop -- replay --model elec --from 1996-08-01 --to 1996-09-01 --prefix copy. --speed max --shift`,
    )
    .action(replay);
}

type ReplayOptions = CommonOptions & {
  model: string;
  prefix: string;
  from: number;
  to: number;
  speed: number;
  shift?: boolean;
};

async function replay({ data, json, model, prefix, from, to, speed, shift }: ReplayOptions): Promise<void> {
  const config = connectionConfig(data);
  if (prefix === config.TOPIC_PREFIX)
    throw new DriftloopError(
      'REQUEST_INVALID',
      `The slice lies on the topics with the prefix '${prefix}': choose another one to copy it to.`,
    );
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  const sent = await withConnections(data, async (source) => {
    const partitions = await source.bus.partitions('inference.requests');
    const target = await openConnections(
      { ...config, TOPIC_PREFIX: prefix, INPUT_PARTITIONS: partitions },
      'driftloop-replay',
      createLogger({ name: 'driftloop', level: process.env.LOG_LEVEL ?? 'silent' }),
      { needs: [] },
    );
    try {
      const signal = abort.signal;
      const options = { model, from, to, speed, isShifted: shift ?? false, clock: systemClock, signal };
      return await replayToTopics(source, target, options);
    } finally {
      await target.close();
    }
  });
  const said = { sent, prefix, finished: !abort.signal.aborted };
  console.log(
    json
      ? JSON.stringify(said)
      : `${sent} records sent to ${prefix}inference.requests and ${prefix}inference.labels${said.finished ? '' : ', then interrupted'}.`,
  );
}

function speedOf(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new InvalidArgumentError('It must be a number above 0, or max.');
}
