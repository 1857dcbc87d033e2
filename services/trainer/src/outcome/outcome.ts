/** How a command ended. */
export type Outcome = 'published' | 'rejected' | 'failed' | 'aborted' | 'restored' | 'superseded';
