import type { BusRecord, RefusedAt } from '@driftloop/bus';
import type { Concluded, History, HistoryState, InputFacts, Pass, Steps } from '@driftloop/drift';
import { type ModelContexts, modelsOf } from '@driftloop/drift-stages';
import type { DriftState, Signal } from '@driftloop/schemas';
import { type Clock, createTurns, type Logger, type Turns } from '@driftloop/service';
import type { Output } from '@driftloop/streams';
import type { InputTopics } from './input-topics.ts';
import type { Meters } from './meters.ts';

/** A record of the sketch log. */
export type SketchRecord = BusRecord<'drift.sketches'>;

/** What the fold works with. */
export interface ConcludeParts {
  readonly history: History;
  /** Changed in place. */
  readonly state: HistoryState;
  readonly contexts: ModelContexts;
  readonly inputs: InputTopics;
  /** Records of the partition from one offset up to another. */
  readAgain(from: number, to: number): AsyncIterable<readonly SketchRecord[]>;
  readonly clock: Clock;
  readonly meters: Meters;
  readonly logger: Logger;
}

const DRIFTING: Readonly<Record<DriftState, number>> = { stable: 0, recovering: 0, warning: 0.5, drift: 1 };

/**
 * Takes records of the sketch log into the history; returns what is to be written, and which of
 * them could not be read. Chunks that there was no room for are read again when they are waited
 * for.
 */
export async function concludeRecords(
  parts: ConcludeParts,
  records: readonly SketchRecord[],
): Promise<{ readonly outputs: readonly Output[]; readonly refused: readonly RefusedAt[] }> {
  const { history, state, contexts, inputs, clock, meters, logger } = parts;
  const outputs: Output[] = [];
  const refused: RefusedAt[] = [];
  const turns = createTurns(clock);
  // Who sketched a model's rows may be ahead of this follower.
  await contexts.meet(modelsOf(records));
  const facts = await inputs.after(records);
  const take = (record: SketchRecord, pass?: Pass) =>
    takeRecord(parts, record, facts[record.value.signal], turns, pass);
  const passes = async (signal: Signal, to: number) => {
    for (;;) {
      const pass = history.passDue(state, signal);
      if (!pass) return;
      meters.passes.inc({ signal });
      for await (const concluded of readPass(parts, signal, pass, to, turns, take))
        outputs.push(...outputsOf(concluded, meters, logger));
    }
  };
  for (const record of records) {
    const { value: sketch, offset } = record;
    for (;;) {
      const concluded = await take(record);
      outputs.push(...outputsOf(concluded, meters, logger));
      await passes(sketch.signal, offset);
      if (concluded.isHeldUp) continue;
      const { refused: refusal } = concluded;
      if (refusal) {
        const { model, signal } = sketch;
        logger.error({ model, signal, code: refusal.code }, refusal.reason);
        meters.refused.inc({ signal });
        refused.push({ offset, ...refusal });
      }
      break;
    }
  }
  return { outputs, refused };
}

/** Takes the records of a pass that are before an offset, until there is no more room. */
async function* readPass(
  { history, state, contexts, clock, readAgain }: ConcludeParts,
  signal: Signal,
  pass: Pass,
  to: number,
  turns: Turns,
  take: (record: SketchRecord, pass: Pass) => Promise<Concluded>,
): AsyncGenerator<Concluded> {
  const end = async (offset: number, isEnd: boolean) => {
    await load(contexts, history.needsOfAll(state, signal));
    const steps = history.endPass(state, signal, pass, { offset, isEnd }, contexts, clock.now());
    return inTurns(steps, turns);
  };
  let next = pass.from;
  for await (const records of readAgain(pass.from, to + 1)) {
    await contexts.meet(modelsOf(records));
    for (const record of records) {
      next = record.offset + 1;
      if (record.value.signal !== signal) continue;
      yield take(record, pass);
      if (!history.isOver(state, signal, pass, next)) continue;
      yield end(next, false);
      return;
    }
  }
  yield end(to + 1, true);
}

async function takeRecord(
  { history, state, contexts, clock }: ConcludeParts,
  { value: sketch, offset, timestamp }: SketchRecord,
  input: InputFacts,
  turns: Turns,
  pass: Pass | undefined,
): Promise<Concluded> {
  await contexts.of(sketch.model)?.load(sketch.windows.map(({ version }) => version));
  // After a restart windows of older versions may still be open.
  await load(contexts, history.needs(state, sketch));
  const written = { timestamp, input, offset, ...(pass ? { pass } : {}) };
  return inTurns(history.steps(state, sketch, contexts, clock.now(), written), turns);
}

async function load(contexts: ModelContexts, needs: ReturnType<History['needs']>): Promise<void> {
  for (const { model, versions } of needs) await contexts.of(model)?.load(versions);
}

function outputsOf({ signals, verdicts, commands }: Concluded, meters: Meters, logger: Logger): Output[] {
  const outputs: Output[] = [];
  for (const value of signals) {
    meters.signals.inc({ model: value.model, detector: value.detector, drifted: String(value.drifted) });
    outputs.push({ topic: 'drift.signals' as const, key: value.model, value });
  }
  for (const value of verdicts) {
    meters.verdicts.inc({ model: value.model, state: value.state });
    meters.likelihood.set({ model: value.model }, value.likelihood);
    meters.drifting.set({ model: value.model }, DRIFTING[value.state]);
    outputs.push({ topic: 'drift.verdicts' as const, key: value.model, value });
  }
  for (const value of commands) {
    const { model, commandId, action, reasons } = value;
    meters.commands.inc({ model, action });
    logger.info({ model, commandId, reasons }, action);
    outputs.push({ topic: 'retrain.commands' as const, key: model, value });
  }
  return outputs;
}

/**
 * What was read in one go may take longer than the lease on the partition lasts, so the process is
 * heard in between.
 */
async function inTurns<Result>(steps: Steps<Result>, turns: Turns): Promise<Result> {
  for (;;) {
    if (turns.isDue()) await turns.give();
    const step = steps.next();
    if (step.done) return step.value;
  }
}
