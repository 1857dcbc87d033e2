import type { ElementType } from './element-type.ts';

/**
 * A dimension: a number, or the name of one that is only known when the graph runs. Equal names are
 * equal sizes.
 */
export type Dim = number | string;

/** What is known of a value without running the graph. */
export interface TensorInfo {
  readonly type: ElementType;
  /** Absent when not even the rank is known. */
  readonly dims?: readonly Dim[];
  /**
   * The elements of a small integer vector or scalar, as far as shape arithmetic can tell; used by
   * Reshape, Slice, Expand.
   */
  readonly value?: readonly Dim[];
}
