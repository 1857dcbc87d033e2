/** A float32 tensor in memory that threads share. */
export interface SharedTensor {
  readonly name: string;
  /** Bytes from the start of the memory. */
  readonly address: number;
  readonly dims: readonly number[];
}
