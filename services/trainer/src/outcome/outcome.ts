/** How a command ended. */
export type Outcome =
  | 'published'
  | 'shadow'
  | 'canary'
  | 'rejected'
  | 'failed'
  | 'aborted'
  | 'restored'
  | 'promoted'
  | 'superseded';
