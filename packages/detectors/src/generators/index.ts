export { agrawal } from './agrawal.ts';
export type { Concept } from './concept.ts';
export { hyperplane } from './hyperplane.ts';
export { randomRbf } from './random-rbf.ts';
export { sea } from './sea.ts';
export { stagger } from './stagger.ts';
export { type Change, createStream, type Stream } from './stream.ts';
