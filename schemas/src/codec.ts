/**
 * How a state is written down and read again, as in service.checkpoints: the three belong together,
 * and go by as one.
 */
export interface Codec<S> {
  /**
   * Version of the text: one of another version is not read, and the log folded from its start. To
   * be raised whenever the state has other fields, or the same ones mean something else.
   */
  readonly format: number;
  encode(state: S): string;
  /** @throws DriftloopError DATA_INVALID where the text says that it is of something else */
  decode(text: string): S;
}
