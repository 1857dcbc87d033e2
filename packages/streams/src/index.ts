export { runFold } from './fold.ts';
export type { Output } from './output.ts';
export { PACE_MS, type Stage } from './stage.ts';
