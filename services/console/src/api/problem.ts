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

/**
 * Reads a problem out of an answer's body: RFC 9457's `detail` with a `code`, or an `error` with
 * code and message. Pure.
 */
export function problemIn(status: number, body: unknown): GatewayProblem {
  const { code, detail, title, error } = (body ?? {}) as Record<string, unknown>;
  const inner = (error ?? {}) as Record<string, unknown>;
  const said = [detail, inner.message, title].find((text) => typeof text === 'string');
  const known = [code, inner.code].find((text) => typeof text === 'string');
  return new GatewayProblem(
    status,
    typeof known === 'string' ? known : `HTTP_${status}`,
    typeof said === 'string' ? said : `The gateway answered with status ${status} and said nothing else.`,
  );
}
