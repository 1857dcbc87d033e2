/** What one part of the gate found. */
export interface Check {
  readonly passed: boolean;
  /** For a person: what was compared, and why that is enough or not. */
  readonly text: string;
  readonly metrics: Readonly<Record<string, number>>;
}

/** 0.8312 → '83.1 %'. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
