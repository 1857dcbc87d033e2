/** Codes of ClickHouse that this server itself raises, by their name in ClickHouse. */
const RAISED_HERE = {
  BAD_ARGUMENTS: 36,
  NOT_IMPLEMENTED: 48,
  SYNTAX_ERROR: 62,
  UNKNOWN_COMPRESSION_METHOD: 89,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  EMPTY_QUERY: 211,
  QUERY_IS_TOO_LARGE: 229,
  ABORTED: 236,
  CANNOT_DECOMPRESS: 271,
  AUTHENTICATION_FAILED: 516,
} as const;

const UNKNOWN_EXCEPTION = 1002;

/** An exception as ClickHouse words it: `Code: 62. DB::Exception: … (SYNTAX_ERROR)`. */
export class ClickHouseException extends Error {
  readonly code: number;

  constructor(name: keyof typeof RAISED_HERE, message: string) {
    super(`Code: ${RAISED_HERE[name]}. DB::Exception: ${message} (${name})`);
    this.name = 'ClickHouseException';
    this.code = RAISED_HERE[name];
  }
}

/** The code and text to send for anything that was thrown while a query ran. */
export function describeException(error: unknown): { code: number; text: string } {
  const message = error instanceof Error ? error.message : String(error);
  const start = message.search(/Code: \d+/);
  if (start < 0)
    return {
      code: UNKNOWN_EXCEPTION,
      text: `Code: ${UNKNOWN_EXCEPTION}. DB::Exception: ${message} (UNKNOWN_EXCEPTION)`,
    };
  const text = message.slice(start);
  return { code: Number.parseInt(text.slice('Code: '.length), 10), text };
}

/** Which HTTP status ClickHouse answers with; every other code is a 500. */
const STATUS: ReadonlyMap<number, number> = new Map(
  Object.entries({
    400: [
      6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675,
      676,
    ],
    401: [194],
    403: [192, 193, 497, 512, 516],
    404: [46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511],
    408: [159],
    411: [381],
    413: [229],
    415: [779],
    501: [48],
    503: [76, 209, 439],
  }).flatMap(([status, codes]) => codes.map((code): [number, number] => [code, Number(status)])),
);

/** The HTTP status for a code of ClickHouse. */
export function statusOf(code: number): number {
  return STATUS.get(code) ?? 500;
}
