import { comesLate, predict, settleRollout } from '@driftloop/continual';
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
   * How the runs ended, what became of versions in shadow without one, and after which row.
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
  let answered = 0;
  let sinceRetrain = 0;
  let liveSince = Number.NEGATIVE_INFINITY;
  let waiting: { command: RetrainCommand | undefined; known: number } | undefined;
  let training:
    | { command: RetrainCommand | undefined; outcome: Outcome; known: number; readyAt: number }
    | undefined;

  const lookAtShadows = async () => {
    const named = spec.rollout.shadowVersions.flatMap((number) => versions.numbered(number) ?? []);
    const inShadow = new Set([...named, ...(versions.shadow ? [versions.shadow] : [])]);
    shadows = await Promise.all(
      [...inShadow].map(async (shadow) => ({ version: shadow.number, answers: await answersOf(shadow) })),
    );
  };
  const goLive = async (version: Version, since: number) => {
    versions.publish(version);
    liveSince = since;
    answers = await answersOf(version);
    replay.publish({ version: version.number, profile: version.profile });
    await lookAtShadows();
  };
  const putInShadow = (candidate: Version | undefined) => {
    versions.putInShadow(candidate);
    return lookAtShadows();
  };
  /** What the trainer does at once, beside a training run. */
  const decide = async (command: RetrainCommand, row: number) => {
    const { eventTime, reasons } = command;
    const decision = decisionOf(command, versions);
    if (!decision) return;
    const { kind, version } = decision;
    if (kind === 'rejected') await putInShadow(undefined);
    else await goLive(version, eventTime);
    history.push({ kind, reasons, version, row, isTrained: false });
  };
  await goLive(versions.live, liveSince);
  for (let row = trainingRows; row < data.rows; row++) {
    count(curve, row - trainingRows, data.labels[row]!, answers.predicted[row]!, frozen.predicted[row]!);
    const served = { row, live: versions.live.number, answers, shadows, answered };
    const commands = observeRow(replay, options, served);
    answered += 1 + shadows.length;
    for (const command of commands) await decide(command, row);
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
      const { command, known } = waiting;
      waiting = undefined;
      if (!isAdmitted(command, versions.live.number, liveSince)) continue;
      const rows = selectTrainingRows(sliceRows(data, 0, known), command, spec);
      training = { command, outcome: await versions.train(rows), known, readyAt: row + retrainRows };
    }
    if (!training || row < training.readyAt) continue;
    const fresh = sliceRows(data, training.known, row - labelDelayRows + 1);
    const outcome = await versions.lookAgain(training.outcome, fresh);
    const { command: of, known } = training;
    training = undefined;
    const isLate = comesLate(sliceRows(data, 0, known), fresh, spec.window.lengthMs);
    const rollout = settleRollout(of?.rollout ?? 'publish', isLate);
    const isTried = outcome.kind === 'published' && rollout === 'shadow';
    history.push({ ...outcome, ...(isTried ? { kind: 'shadow' as const } : {}), row, isTrained: true });
    if (isTried) {
      await putInShadow(outcome.version);
    } else if (outcome.version) await goLive(outcome.version, of?.eventTime ?? data.eventTimes[row]!);
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
 * What a command does at once; undefined for a retrain, and where another version is live by now or
 * in shadow than the one that it was decided on.
 */
function decisionOf(
  { action, baseVersion, restoreVersion }: RetrainCommand,
  { live, shadow, numbered }: Versions,
): { readonly kind: 'restored' | 'promoted' | 'rejected'; readonly version: Version } | undefined {
  if (action === 'retrain' || baseVersion !== live.number || restoreVersion === null) return undefined;
  const version = action === 'restore' ? numbered(restoreVersion) : shadow;
  if (version?.number !== restoreVersion) return undefined;
  const kind = { restore: 'restored', promote: 'promoted', reject: 'rejected' } as const;
  return { kind: kind[action], version };
}

/** As the trainer has it: what was decided before the live version's data is answered by it. */
function isAdmitted(command: RetrainCommand | undefined, live: number, liveSince: number): boolean {
  return command === undefined || command.baseVersion === live || command.eventTime > liveSince;
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
