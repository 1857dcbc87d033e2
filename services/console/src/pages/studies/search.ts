/** Which run's setting is proposed. */
export interface StudySearch {
  readonly of?: number;
}

/** Reads it; what is no run is left out. */
export function studySearch({ of }: Record<string, unknown>): StudySearch {
  const run = Number(of);
  return of !== undefined && of !== '' && Number.isInteger(run) && run >= 0 ? { of: run } : {};
}
