/** What the gateway said was wrong, or that it could not be reached. */
export class GatewayProblem extends Error {
  /** Of the answer; 0 where there was none. */
  readonly status: number;
  /** Stable code, see docs/errors.md. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'GatewayProblem';
    this.status = status;
    this.code = code;
  }
}

/** Reads a problem out of an answer's body, which is of RFC 9457 with a `code`. Pure. */
export function problemIn(status: number, body: unknown): GatewayProblem {
  const { code, detail, title } = (body ?? {}) as Record<string, unknown>;
  const said = [detail, title].find((text) => typeof text === 'string');
  return new GatewayProblem(
    status,
    typeof code === 'string' ? code : `HTTP_${status}`,
    typeof said === 'string' ? said : `The gateway answered with status ${status} and said nothing else.`,
  );
}
