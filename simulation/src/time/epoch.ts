/** 1 January 2026, when every simulation begins. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);
