export { get, loop, set } from './instructions.ts';
export {
  CODE,
  encodeModule,
  type FunctionSource,
  float32Bytes,
  MAX_PAGES,
  TYPE,
  unsigned,
} from './module.ts';
