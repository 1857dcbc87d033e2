/** What one look at this machine found. */
export interface Check {
  readonly group: 'engine' | 'program' | 'connection';
  readonly name: string;
  /**
   * `missing` is in the way of something that is asked for here; `absent` only of what this thing
   * is for.
   */
  readonly state: 'ok' | 'missing' | 'absent';
  /** What was found, or why not and what to do. */
  readonly detail: string;
}
