import type { CommandRow, HistoryRow } from '../../queries/history.ts';
import type { RunReport } from '../../queries/training.ts';

/** A training run: what was asked for, and how far it is. */
export interface Run {
  readonly command: CommandRow;
  /** A phase of the trainer, or `waiting` before it has said anything. */
  readonly phase: string;
  /** Whether nothing of it is left to be done. */
  readonly isOver: boolean;
}

/** Phases after which the trainer says nothing more. */
const OVER: readonly string[] = ['superseded', 'published', 'shadow', 'canary', 'rejected', 'failed'];

/**
 * Runs that were asked for: those that are under way or wait first, then the newest first. Pure.
 *
 * @param commands oldest first
 */
export function runsOf(commands: readonly CommandRow[]): Run[] {
  const runs = commands
    .filter(({ action }) => action === 'retrain')
    .map((command): Run => {
      const phase = command.progress?.phase ?? 'waiting';
      return { command, phase, isOver: OVER.includes(phase) };
    })
    .reverse();
  return [...runs.filter(({ isOver }) => !isOver).reverse(), ...runs.filter(({ isOver }) => isOver)];
}

/** What is measured of a run's candidate, and what was concluded. */
export interface Judgement {
  readonly version: number;
  readonly kind: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** Each check of the gate in a sentence; where some failed, those. */
  readonly checks: readonly string[];
}

/** Steps in the life of a candidate in which a gate, or a person, has said something. */
const JUDGED: readonly string[] = ['published', 'shadow', 'canary', 'rejected'];

/** What the gate said of the candidate of a command: its first judgement. Pure. */
export function judgementOf(steps: readonly HistoryRow[], commandId: string): Judgement | undefined {
  const own = steps.filter((step) => step.commandId === commandId);
  const judged = own.find(({ kind }) => JUDGED.includes(kind));
  if (judged === undefined) return undefined;
  const { version, kind, reasons } = judged;
  const metrics = Object.assign({}, ...own.map((step) => step.metrics)) as Record<string, number>;
  return { version, kind, metrics, checks: reasons };
}

/** The loss by steps, for a chart; undefined where fewer than two reports have one. Pure. */
export function lossOf(
  reports: readonly RunReport[],
): { readonly steps: readonly number[]; readonly losses: readonly number[] } | undefined {
  // A run that was begun again, after a crash or for other work, counts from where it goes on.
  const byStep = new Map(
    reports.flatMap(({ step, loss }): [number, number][] => (loss === null ? [] : [[step, loss]])),
  );
  if (byStep.size < 2) return undefined;
  const sorted = [...byStep].sort(([one], [other]) => one - other);
  return { steps: sorted.map(([step]) => step), losses: sorted.map(([, loss]) => loss) };
}

/** What the trainer said that is no step: phases with their words, each once. Pure. */
export function milestones(reports: readonly RunReport[]): RunReport[] {
  return reports.filter(
    ({ phase, message }, index) =>
      phase !== 'training' || reports[index - 1]?.phase !== 'training' || !message.startsWith('step '),
  );
}
