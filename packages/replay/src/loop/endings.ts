import type { Order } from '@driftloop/continual';
import type { RetrainCommand } from '@driftloop/schemas';

/** How a command ended in a backtest. */
export interface Ending {
  readonly commandId: string;
  readonly action: RetrainCommand['action'];
  /** Event time of the decision, epoch ms. */
  readonly eventTime: number;
  /** Log time at which it ended, epoch ms. */
  readonly endedAt: number;
  readonly outcome:
    | 'published'
    | 'canary'
    | 'shadow'
    | 'rejected'
    | 'restored'
    | 'promoted'
    | 'failed'
    | 'superseded';
  /** What it is about: the candidate, or the version that is live again. */
  readonly version: number | null;
  /** Rows that were learnt from; 0 where nothing was trained. */
  readonly rows: number;
  /** Optimiser's steps of all fits together. */
  readonly steps: number;
  readonly reasons: readonly string[];
}

/** What an ending says beside its order. */
export type Ended = Partial<Pick<Ending, 'version' | 'rows' | 'steps' | 'reasons'>>;

/** The endings of commands, as they come. */
export interface Endings {
  readonly all: readonly Ending[];
  get(commandId: string): Ending | undefined;
  end(order: Order, outcome: Ending['outcome'], what?: Ended): void;
}

/** @param now log time, epoch ms */
export function createEndings(now: () => number): Endings {
  const all: Ending[] = [];
  const byId = new Map<string, Ending>();
  return {
    all,
    get: (commandId) => byId.get(commandId),
    end({ commandId, eventTime, kind, reasons }, outcome, what = {}) {
      const base = { commandId, action: kind, eventTime, endedAt: now(), outcome };
      const ending: Ending = { ...base, version: null, rows: 0, steps: 0, reasons, ...what };
      all.push(ending);
      byId.set(commandId, ending);
    },
  };
}
