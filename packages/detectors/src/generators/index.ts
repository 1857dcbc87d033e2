export { agrawal } from './agrawal.ts';
export type { Concept } from './concept.ts';
export { hyperplane } from './hyperplane.ts';
export { led } from './led.ts';
export { randomRbf } from './random-rbf.ts';
export { sea } from './sea.ts';
export { sine } from './sine.ts';
export { stagger } from './stagger.ts';
export { type Change, type ChangeKind, createStream, recurring, type Stream } from './stream.ts';
