/** Which run is looked at. */
export interface TrainingSearch {
  /** Its command's id. */
  readonly run?: string;
}

/** Reads it. */
export function trainingSearch({ run }: Record<string, unknown>): TrainingSearch {
  return typeof run === 'string' || typeof run === 'number' ? { run: String(run) } : {};
}
