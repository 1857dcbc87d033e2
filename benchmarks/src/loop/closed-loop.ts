import { predict, sliceRows } from '@driftloop/continual';
import { createReplay } from '@driftloop/drift';
import type { RetrainCommand } from '@driftloop/schemas';
import type { Answers, LoopOptions } from './loop-options.ts';
import { observeRow } from './observe-row.ts';
import { selectTrainingRows } from './select-training-rows.ts';
import { createVersions, type Outcome, type Version } from './versions.ts';

/** What the loop did. */
export interface LoopResult {
  /** Prequential accuracy: each row is predicted by the version that is live before its label is known. */
  readonly accuracy: number;
  /** The same of the first version, left alone. */
  readonly frozenAccuracy: number;
  /** Training runs, however they ended. */
  readonly retrains: number;
  /** How the runs ended, and after which row. */
  readonly history: readonly (Outcome & { readonly row: number })[];
  /** Right answers of loop and frozen model per 1,000 rows. */
  readonly curve: readonly { readonly loop: number; readonly frozen: number; readonly rows: number }[];
}

/** Runs the closed loop in one deterministic process: the pure packages and an engine, no Kafka, no clock. */
export async function runClosedLoop(options: LoopOptions): Promise<LoopResult> {
  const { data, spec, trainingRows, labelDelayRows, retrainRows = 0 } = options;
  const replay = createReplay(spec, { partitions: 1, chunkSize: options.chunkSize });
  const versions = await createVersions(options);
  const frozen = await answersOf(options, versions.live);
  const history: (Outcome & { row: number })[] = [];
  const curve: { loop: number; frozen: number; rows: number }[] = [];
  let answers = frozen;
  let sinceRetrain = 0;
  let waiting: { command: RetrainCommand | undefined; known: number } | undefined;
  let training: { outcome: Outcome; known: number; readyAt: number } | undefined;
  replay.publish({ version: versions.live.number, profile: versions.live.profile });
  for (let row = trainingRows; row < data.rows; row++) {
    count(curve, row - trainingRows, data.labels[row]!, answers.predicted[row]!, frozen.predicted[row]!);
    const seen = { row, live: versions.live.number, answers };
    const command = observeRow(replay, options, seen).at(-1);
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
    history.push({ ...outcome, row });
    if (outcome.version === undefined) continue;
    waiting = undefined;
    versions.publish(outcome.version);
    answers = await answersOf(options, versions.live);
    replay.publish({ version: versions.live.number, profile: versions.live.profile });
  }
  const rows = data.rows - trainingRows;
  const sum = (of: 'loop' | 'frozen') => curve.reduce((total, bin) => total + bin[of], 0);
  return {
    accuracy: sum('loop') / rows,
    frozenAccuracy: sum('frozen') / rows,
    retrains: history.length,
    history,
    curve,
  };
}

/** Answers to all rows at once: rows are independent, so this equals asking row by row. */
async function answersOf({ engine, data }: LoopOptions, { model }: Version): Promise<Answers> {
  const { outputs, outputWidth } = await predict(engine, model, data.features, data.width);
  const predicted = new Uint8Array(data.rows);
  for (let row = 0; row < data.rows; row++) {
    let best = 0;
    for (let k = 1; k < outputWidth; k++) {
      if (outputs[row * outputWidth + k]! > outputs[row * outputWidth + best]!) best = k;
    }
    predicted[row] = best;
  }
  return { outputs, outputWidth, predicted };
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
