/** How a command ended. */
export type Outcome =
  | 'published'
  | 'shadow'
  | 'rejected'
  | 'failed'
  | 'aborted'
  | 'restored'
  | 'promoted'
  | 'superseded';
