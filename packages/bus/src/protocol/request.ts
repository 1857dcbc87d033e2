/** A request that kafkajs's connections carry but whose body is written and read here. */
export interface ProtocolCall<T> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    readonly body: () => Buffer;
  };
  readonly decode: (payload: Buffer) => { throttleMs: number; errorCode: number; result: T };
  /** How long to wait for the response. */
  readonly timeoutMs: number;
}
