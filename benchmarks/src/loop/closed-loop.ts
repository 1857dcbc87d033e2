import { predict } from '@driftloop/continual';
import { createReplay } from '@driftloop/drift';
import type { RetrainCommand } from '@driftloop/schemas';
import { mostProbable, sliceRows } from '@driftloop/spec';
import type { Answers, LoopOptions } from './loop-options.ts';
import { observeRow, type ShadowAnswers } from './observe-row.ts';
import { selectTrainingRows } from './select-training-rows.ts';
import { createVersions, type Outcome, type Version, type Versions } from './versions.ts';

/** What the loop did. */
export interface LoopResult {
  /**
   * Prequential accuracy: each row is predicted by the version that is live before its label is
   * known.
   */
  readonly accuracy: number;
  /** The same of the first version, left alone. */
  readonly frozenAccuracy: number;
  /** Training runs, however they ended. */
  readonly retrains: number;
  /**
   * How the runs ended, and when a version in shadow took over without one; and after which row.
   */
  readonly history: readonly (Outcome & { readonly row: number; readonly isTrained: boolean })[];
  /** Right answers of loop and frozen model per 1,000 rows. */
  readonly curve: readonly { readonly loop: number; readonly frozen: number; readonly rows: number }[];
}

/**
 * Runs the closed loop in one deterministic process: the pure packages and an engine, no Kafka, no
 * clock.
 */
export async function runClosedLoop(options: LoopOptions): Promise<LoopResult> {
  const { data, spec, trainingRows, labelDelayRows, retrainRows = 0 } = options;
  const replay = createReplay(spec, { partitions: 1 });
  const versions = await createVersions(options);
  const answersOf = answersByVersion(options);
  const frozen = await answersOf(versions.live);
  const history: (Outcome & { row: number; isTrained: boolean })[] = [];
  const curve: { loop: number; frozen: number; rows: number }[] = [];
  let answers = frozen;
  let shadows: readonly ShadowAnswers[] = [];
  let sinceRetrain = 0;
  let waiting: { command: RetrainCommand | undefined; known: number } | undefined;
  let training: { outcome: Outcome; known: number; readyAt: number } | undefined;

  const goLive = async (version: Version) => {
    versions.publish(version);
    answers = await answersOf(version);
    replay.publish({ version: version.number, profile: version.profile });
    const inShadow = spec.rollout.shadowVersions.flatMap((number) => versions.numbered(number) ?? []);
    shadows = await Promise.all(
      inShadow.map(async (shadow) => ({ version: shadow.number, answers: await answersOf(shadow) })),
    );
  };
  await goLive(versions.live);
  for (let row = trainingRows; row < data.rows; row++) {
    count(curve, row - trainingRows, data.labels[row]!, answers.predicted[row]!, frozen.predicted[row]!);
    const commands = observeRow(replay, options, { row, live: versions.live.number, answers, shadows });
    const back = versionToRestore(commands, versions);
    if (back) {
      await goLive(back.version);
      history.push({ ...back, row, isTrained: false });
    }
    const command = commands.findLast(({ action }) => action === 'retrain');
    sinceRetrain++;
    const isDue = options.everyRows === undefined ? command !== undefined : sinceRetrain >= options.everyRows;
    if (isDue) {
      waiting = {
        command: options.everyRows === undefined ? command : undefined,
        known: row - labelDelayRows + 1,
      };
      sinceRetrain = 0;
    }
    if (waiting && !training) {
      const rows = selectTrainingRows(sliceRows(data, 0, waiting.known), waiting.command, spec);
      const { known } = waiting;
      training = { outcome: await versions.train(rows), known, readyAt: row + retrainRows };
      waiting = undefined;
    }
    if (!training || row < training.readyAt) continue;
    const fresh = sliceRows(data, training.known, row - labelDelayRows + 1);
    const outcome = await versions.lookAgain(training.outcome, fresh);
    training = undefined;
    history.push({ ...outcome, row, isTrained: true });
    if (outcome.version === undefined) continue;
    waiting = undefined;
    await goLive(outcome.version);
  }
  const rows = data.rows - trainingRows;
  const sum = (of: 'loop' | 'frozen') => curve.reduce((total, bin) => total + bin[of], 0);
  return {
    accuracy: sum('loop') / rows,
    frozenAccuracy: sum('frozen') / rows,
    retrains: history.filter(({ isTrained }) => isTrained).length,
    history,
    curve,
  };
}

/**
 * The version that a command wants live instead of the one that it was decided on; undefined when
 * another is live by now.
 */
function versionToRestore(commands: readonly RetrainCommand[], { live, numbered }: Versions) {
  const command = commands.findLast(({ action }) => action === 'restore');
  if (command?.baseVersion !== live.number || command.restoreVersion === null) return undefined;
  const version = numbered(command.restoreVersion);
  return version && { kind: 'restored' as const, reasons: command.reasons, version };
}

/**
 * Answers to all rows at once, kept for each version: rows are independent, so this equals asking
 * row by row.
 */
function answersByVersion({ engine, data }: LoopOptions): (version: Version) => Promise<Answers> {
  const known = new Map<number, Promise<Answers>>();
  const ask = async (model: Uint8Array) => {
    const { outputs, outputWidth } = await predict(engine, model, data.features, data.width);
    const predicted = new Uint8Array(data.rows);
    for (let row = 0; row < data.rows; row++)
      predicted[row] = mostProbable(outputs, row * outputWidth, outputWidth);
    return { outputs, outputWidth, predicted };
  };
  return ({ number, model }) => {
    const answers = known.get(number) ?? ask(model);
    known.set(number, answers);
    return answers;
  };
}

function count(
  curve: { loop: number; frozen: number; rows: number }[],
  position: number,
  label: number,
  loop: number,
  frozen: number,
): void {
  const at = Math.floor(position / 1000);
  const bin = curve[at] ?? { loop: 0, frozen: 0, rows: 0 };
  curve[at] = {
    loop: bin.loop + Number(loop === label),
    frozen: bin.frozen + Number(frozen === label),
    rows: bin.rows + 1,
  };
}
