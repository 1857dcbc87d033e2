/** Something that happened at a moment of event time, drawn as a vertical line. */
export interface Mark {
  /** Epoch ms. */
  readonly at: number;
  readonly kind: 'live' | 'trial' | 'rejected' | 'command';
  /** Short, beside the line. */
  readonly short: string;
  /** In a sentence. */
  readonly text: string;
}
