export { type Chunk, type ChunkedMapOptions, runChunkedMap } from './chunked-map.ts';
export { type FoldOptions, runFold } from './fold.ts';
export type { Output } from './output.ts';
export type { Stage } from './stage.ts';
