/** What is known of an error code, and what an error with it costs. */
export interface ErrorRow {
  /** One sentence for docs/errors.md. */
  readonly meaning: string;
  readonly whatToDo: string;
  /** Status of an HTTP answer. */
  readonly http: number;
  /**
   * How a command ends: 1 failed, 2 wrong command line or file, 3 something is out of reach, 4 what
   * was named does not exist.
   */
  readonly exit: 1 | 2 | 3 | 4;
  /** Whether the same operation may succeed if it is tried again, where a throw does not say. */
  readonly retriable: boolean;
  /**
   * What becomes of a training run: rejected where rows, or what training on them comes to, are not
   * good enough for a candidate; failed where something else about the model, its files or the
   * machine is in the way; started again where the infrastructure failed. Without it the trainer
   * stops as at a bug.
   */
  readonly run?: 'rejected' | 'failed' | 'again';
  /** Another start of the service meets it again: a person must mend it. */
  readonly lasts?: true;
  /**
   * The version whose profile cannot be had is left out of drift signals; other errors are waited
   * for.
   */
  readonly losesProfile?: true;
  /**
   * The request has ended a process: it is written down before its offset is committed, and not
   * tried again.
   */
  readonly endsProcess?: true;
  /** The ONNX file cannot be taken as it is given; another form of it may be. */
  readonly refusesFile?: true;
}

type Cost = Pick<ErrorRow, 'http' | 'exit' | 'retriable' | 'run'>;

/** Nobody outside can do anything about it at once. */
export const FAULT: Cost = { http: 500, exit: 1, retriable: false };
/** What was sent or given is wrong. */
export const WRONG: Cost = { http: 400, exit: 2, retriable: false };
/** A file or a setting is wrong, which HTTP has no part in. */
export const WRONG_FILE: Cost = { http: 500, exit: 2, retriable: false };
/** What was named does not exist. */
export const ABSENT: Cost = { http: 404, exit: 4, retriable: false };
/** What exists is in no state for what was asked. */
export const CONFLICT: Cost = { http: 409, exit: 1, retriable: false };
/** A part of the infrastructure cannot be reached. */
export const OUT_OF_REACH: Cost = { http: 503, exit: 3, retriable: true, run: 'again' };
/**
 * A part of the infrastructure keeps this process out until a person changes something. A training
 * run that meets it stops the trainer, and goes on at its next start.
 */
export const KEPT_OUT: Pick<ErrorRow, 'http' | 'exit' | 'retriable' | 'lasts'> = {
  http: 503,
  exit: 3,
  retriable: false,
  lasts: true,
};
/** Something that this machine should have is not there. */
export const NOT_HERE: Cost = { http: 500, exit: 3, retriable: false };
