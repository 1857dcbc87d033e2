/** A version that was live from a log time on; 0 stands for none. */
export interface LiveSince {
  readonly version: number;
  /** Kafka timestamp, epoch ms. */
  readonly since: number;
}

/**
 * The version that was live at a log time; of the time before the first one, that; 0 when there is
 * none.
 *
 * @param lived in the order in which they went live
 */
export function liveAt(lived: readonly LiveSince[], logTime: number): number {
  // The newest one is nearly always meant.
  const found = lived.findLast(({ since }) => since <= logTime);
  return (found ?? lived[0])?.version ?? 0;
}
