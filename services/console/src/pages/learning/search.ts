/** What of the benchmark is looked at, and whose stream a bout is to be on. */
export interface LearningSearch {
  /** @default the first that there is */
  readonly scenario?: string;
  /** Strategies whose curves are drawn. @default the best, and naive beside them */
  readonly drawn?: readonly string[];
  /** @default the first model */
  readonly model?: string;
}

/** Reads it; what is of another kind is left out. */
export function learningSearch({ scenario, drawn, model }: Record<string, unknown>): LearningSearch {
  const names = Array.isArray(drawn) && drawn.every((name) => typeof name === 'string') ? drawn : undefined;
  return {
    ...(typeof scenario === 'string' ? { scenario } : {}),
    ...(names === undefined ? {} : { drawn: names }),
    ...(typeof model === 'string' ? { model } : {}),
  };
}
