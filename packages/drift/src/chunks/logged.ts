/** A record of an input topic with its place in the log. */
export interface Logged<Value> {
  readonly offset: number;
  /** The record's own Kafka timestamp, epoch ms; -1 where it has none. */
  readonly timestamp: number;
  /**
   * Log time: the record's Kafka timestamp (of an answer its request's), held so that it does not
   * fall; epoch ms.
   */
  readonly logTime: number;
  readonly value: Value;
}
