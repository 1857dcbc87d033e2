import {
  createMlp,
  type Engine,
  emptyMemory,
  type FitResult,
  predict,
  type ReplayMemory,
  type RetrainOptions,
  retrain,
  selectRows,
  sliceRows,
  trainFirst,
} from '@driftloop/continual';
import { buildReferenceProfile, createReplay, type ReferenceProfile } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import type { LabelledRows, ModelSpec, RetrainCommand } from '@driftloop/schemas';

/** A stream, a model for it, and who decides when to retrain. */
export interface LoopOptions {
  readonly engine: Engine;
  readonly spec: ModelSpec;
  readonly data: LabelledRows;
  /** Rows that the first version is trained on; the others are predicted in order. */
  readonly trainingRows: number;
  /** Rows after which a row's label is known. */
  readonly labelDelayRows: number;
  readonly seed: number;
  /** Rows per chunk of the drift services. */
  readonly chunkSize: number;
  /** Retrain every so many rows on the newest `maxRows` instead of when the ensemble says so. */
  readonly everyRows?: number;
  /** Training settings that differ from the defaults. */
  readonly fit?: Pick<RetrainOptions, 'halfLives' | 'recipe' | 'settings' | 'gate'> & {
    readonly hidden?: readonly number[];
  };
}

/** What the loop did. */
export interface LoopResult {
  /** Prequential accuracy: each row is predicted by the version that is live before its label is known. */
  readonly accuracy: number;
  /** The same of the first version, left alone. */
  readonly frozenAccuracy: number;
  /** Training runs, rejected candidates included. */
  readonly retrains: number;
  readonly rejected: number;
  /** Runs that brought an earlier version back. */
  readonly restored: number;
  readonly failed: number;
  /** What was decided, at which row. */
  readonly history: readonly {
    readonly row: number;
    readonly outcome: string;
    readonly reasons: readonly string[];
  }[];
  /** Right answers of loop and frozen model per 1,000 rows. */
  readonly curve: readonly { readonly loop: number; readonly frozen: number; readonly rows: number }[];
}

interface Live {
  readonly number: number;
  readonly model: Uint8Array;
  readonly memory: ReplayMemory;
  readonly profile: ReferenceProfile;
}

/** Rows that are answered at once; a swap in between is honoured, since answers are looked up by version. */
const MODEL = 'loop';

/**
 * Runs the closed loop in one deterministic process: the pure packages and an engine, no Kafka. A retrain takes no rows: the version that
 * it makes answers from the next row on.
 */
export async function runClosedLoop(options: LoopOptions): Promise<LoopResult> {
  const { data, trainingRows, labelDelayRows } = options;
  const spec = { ...options.spec, model: MODEL };
  const replay = createReplay(spec, { partitions: 1, chunkSize: options.chunkSize });
  let live = await firstVersion(options, spec);
  const versions = new Map([[live.number, live]]);
  const frozen = await answersOf(options, live.model);
  let answers = frozen;
  replay.publish({ version: live.number, profile: live.profile });
  const tally = { loop: 0, frozen: 0, retrains: 0, rejected: 0, restored: 0, failed: 0 };
  const history: { row: number; outcome: string; reasons: readonly string[] }[] = [];
  const curve: { loop: number; frozen: number; rows: number }[] = [];
  let sinceRetrain = 0;
  for (let row = trainingRows; row < data.rows; row++) {
    const label = data.labels[row]!;
    const right = Number(answers.predicted[row] === label);
    const frozenRight = Number(frozen.predicted[row] === label);
    tally.loop += right;
    tally.frozen += frozenRight;
    count(curve, row - trainingRows, right, frozenRight);
    const commands = observe(
      replay,
      spec,
      data,
      row,
      row - trainingRows,
      live.number,
      answers,
      labelDelayRows,
      trainingRows,
    );
    sinceRetrain++;
    const due =
      options.everyRows === undefined ? commands.at(-1) !== undefined : sinceRetrain >= options.everyRows;
    if (!due) continue;
    sinceRetrain = 0;
    const known = sliceRows(data, 0, row - labelDelayRows + 1);
    const chosen = select(known, options.everyRows === undefined ? commands.at(-1) : undefined, spec);
    tally.retrains++;
    const outcome = await nextVersion(options, spec, live, versions, chosen);
    if ('failed' in outcome) {
      tally.failed++;
      history.push({ row, outcome: 'failed', reasons: [outcome.failed] });
      continue;
    }
    history.push({
      row,
      outcome: outcome.restored ? 'restored' : outcome.accepted ? 'published' : 'rejected',
      reasons: outcome.reasons,
    });
    if (outcome.restored) tally.restored++;
    else if (!outcome.accepted) {
      tally.rejected++;
      continue;
    }
    live = outcome.live;
    versions.set(live.number, live);
    answers = await answersOf(options, live.model);
    replay.publish({ version: live.number, profile: live.profile });
  }
  const rows = data.rows - trainingRows;
  return {
    accuracy: tally.loop / rows,
    frozenAccuracy: tally.frozen / rows,
    retrains: tally.retrains,
    rejected: tally.rejected,
    restored: tally.restored,
    failed: tally.failed,
    history,
    curve,
  };
}

interface AllAnswers {
  /** rows × outputWidth. */
  readonly outputs: Float32Array;
  readonly outputWidth: number;
  readonly predicted: Uint8Array;
}

/** A model's answers to every row of the stream: rows are independent, so this equals asking row by row. */
async function answersOf({ engine, data }: LoopOptions, model: Uint8Array): Promise<AllAnswers> {
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

/** Shows the drift services the row's request and answer, and the label that is known by now. */
function observe(
  replay: ReturnType<typeof createReplay>,
  spec: ModelSpec,
  data: LabelledRows,
  row: number,
  offset: number,
  version: number,
  answers: AllAnswers,
  labelDelayRows: number,
  trainingRows: number,
): RetrainCommand[] {
  const eventTime = data.eventTimes[row]!;
  const requestId = String(row);
  const { outputWidth } = answers;
  const commands: RetrainCommand[] = [];
  const features = data.features.subarray(row * data.width, (row + 1) * data.width);
  const outputs = answers.outputs.subarray(row * outputWidth, (row + 1) * outputWidth);
  const common = { partition: 0, offset };
  const request = { requestId, model: spec.model, eventTime, features };
  commands.push(...replay.push({ ...common, topic: 'inference.requests', value: request }).commands);
  const prediction = {
    requestId,
    model: spec.model,
    version,
    eventTime,
    servedAt: eventTime,
    outputs,
    predicted: answers.predicted[row]!,
    role: 'live' as const,
    requestPartition: 0,
    requestOffset: offset,
  };
  commands.push(...replay.push({ ...common, topic: 'inference.predictions', value: prediction }).commands);
  const labelled = row - labelDelayRows;
  if (labelled < trainingRows) return commands;
  const value = { requestId: String(labelled), model: spec.model, label: data.labels[labelled]!, eventTime };
  commands.push(
    ...replay.push({ partition: 0, offset: labelled - trainingRows, topic: 'inference.labels', value })
      .commands,
  );
  return commands;
}

/** The rows that a command selects, with its weights; the newest `maxRows` of all known ones without a command. */
function select(known: LabelledRows, command: RetrainCommand | undefined, spec: ModelSpec): LabelledRows {
  if (command === undefined)
    return sliceRows(known, Math.max(0, known.rows - spec.retrain.maxRows), known.rows);
  const rows: number[] = [];
  const weights: number[] = [];
  for (let row = 0; row < known.rows; row++) {
    const time = known.eventTimes[row]!;
    const range = command.selection.find(({ from, to }) => time >= from && time < to);
    if (range === undefined) continue;
    rows.push(row);
    weights.push(range.weight);
  }
  const kept = Math.max(0, rows.length - spec.retrain.maxRows);
  return { ...selectRows(known, rows.slice(kept)), weights: Float32Array.from(weights.slice(kept)) };
}

async function firstVersion(options: LoopOptions, spec: ModelSpec): Promise<Live> {
  const { data, seed, trainingRows, fit } = options;
  const model = createMlp({
    inputs: data.width,
    task: spec.task,
    classes: spec.classes,
    seed,
    ...(fit?.hidden ? { hidden: fit.hidden } : {}),
  });
  const rows = sliceRows(data, 0, trainingRows);
  const first = await trainFirst({
    ...fitOptions(options, spec, rows),
    model,
    memory: emptyMemory(data.width),
  });
  return { number: 1, model: first.model, memory: first.memory, profile: profileOf(spec, rows, first) };
}

async function nextVersion(
  options: LoopOptions,
  spec: ModelSpec,
  live: Live,
  versions: ReadonlyMap<number, Live>,
  data: LabelledRows,
): Promise<
  { failed: string } | { accepted: boolean; restored: boolean; reasons: readonly string[]; live: Live }
> {
  try {
    const seed = options.seed * 1000 + versions.size;
    const earlier = [...versions.values()]
      .filter(({ number }) => number !== live.number)
      .map(({ number, model }) => ({ version: number, model }));
    const next = await retrain({
      ...fitOptions(options, spec, data),
      seed,
      live: live.model,
      memory: live.memory,
      earlier,
    });
    const { accepted, reasons, model, memory } = next;
    const again = versions.get(next.restoreVersion ?? 0);
    if (again !== undefined) return { accepted, restored: true, reasons, live: again };
    if (!accepted) return { accepted, restored: false, reasons, live };
    const profile = profileOf(spec, data, next, live.profile);
    return {
      accepted,
      restored: false,
      reasons,
      live: { number: versions.size + 1, model, memory, profile },
    };
  } catch (error) {
    if (error instanceof DriftloopError && ['DATA_INVALID', 'TRAINING_FAILED'].includes(error.code)) {
      return { failed: error.message };
    }
    throw error;
  }
}

function fitOptions({ engine, seed, fit }: LoopOptions, spec: ModelSpec, data: LabelledRows) {
  const { strategy, maxSteps } = spec.retrain;
  const { hidden: _, ...training } = fit ?? {};
  // No clock: a run that ended by time would depend on the machine.
  const budget = { maxSteps, maxSeconds: Number.POSITIVE_INFINITY };
  return { engine, spec, data, strategy, budget, seed, now: () => 0, ...training };
}

function profileOf(
  spec: ModelSpec,
  data: LabelledRows,
  { judged }: FitResult,
  base?: ReferenceProfile,
): ReferenceProfile {
  const heldOut = { data: judged.rows, outputs: judged.outputs };
  return buildReferenceProfile({ spec, data, heldOut, ...(base ? { layout: base.layout } : {}) });
}

function count(
  curve: { loop: number; frozen: number; rows: number }[],
  position: number,
  loop: number,
  frozen: number,
): void {
  const at = Math.floor(position / 1000);
  const bin = curve[at] ?? { loop: 0, frozen: 0, rows: 0 };
  curve[at] = { loop: bin.loop + loop, frozen: bin.frozen + frozen, rows: bin.rows + 1 };
}
