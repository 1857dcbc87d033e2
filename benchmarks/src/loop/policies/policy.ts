/** What became known since the last look. */
export interface Look {
  /** Requests that have come. */
  readonly row: number;
  /** Rows whose labels came since, of those that the present model has answered. */
  readonly labelled: number;
  /** Right answers among these. */
  readonly right: number;
}

/** Says when to fit anew. It has a state, so each run makes one of its own. */
export interface Trigger {
  /** Whether to fit anew now; what is due is done at once. */
  isDue(look: Look): boolean;
}

/** What a trigger may look at beside labels. */
export interface Inputs {
  /** Rows that the first model is fitted to. */
  readonly trainingRows: number;
  readonly width: number;
  /** rows × width; the future is in it, too. */
  readonly features: Float32Array;
}

/** When a team would fit its model anew, and on what. */
export interface Policy {
  readonly name: string;
  /** @default never */
  createTrigger?(inputs: Inputs): Trigger;
  /** The newest rows that a fit learns from. @default all */
  readonly newestRows?: number;
  /** Rows after which a row counts half. @default 0, all count alike */
  readonly halfLifeRows?: number;
}

/** Rows between two looks. */
export const LOOK_ROWS = 100;
