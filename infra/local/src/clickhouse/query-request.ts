import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ClickHouseException } from './exception.ts';

/** One query as it came over HTTP, less its body. */
export interface QueryRequest {
  readonly queryId: string;
  readonly database: string;
  /** The text in `?query=`; empty when the body holds it. */
  readonly sql: string;
  readonly settings: ReadonlyMap<string, string>;
  /** Values of `{name:Type}` in the escaped form in which ClickHouse takes them (`\N` is NULL). */
  readonly params: ReadonlyMap<string, string>;
  readonly defaultFormat: string;
  /** A GET may only read. */
  readonly readOnly: boolean;
  readonly compressResponse: boolean;
}

/** Parameters that belong to the HTTP interface; every other one is a setting of the query. */
const NOT_SETTINGS: ReadonlySet<string> = new Set(
  [
    'query database default_format query_id user password quota_key role compress decompress stacktrace',
    'session_id session_timeout session_check close_session client_protocol_version',
    'buffer_size wait_end_of_query http_response_buffer_size http_write_exception_in_output_format',
    'enable_http_compression http_zlib_compression_level',
    'send_progress_in_http_headers http_headers_progress_interval_ms',
  ].flatMap((names) => names.split(' ')),
);

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PARAM = 'param_';

/**
 * Reads URL and headers of a query. `form` holds the fields of a multipart body: the query and
 * parameters that are too long for a URL.
 *
 * @throws ClickHouseException BAD_ARGUMENTS for a name that is none, NOT_IMPLEMENTED for sessions.
 */
export function readQueryRequest(
  request: IncomingMessage,
  url: URL,
  form: ReadonlyMap<string, string>,
): QueryRequest {
  const settings = new Map<string, string>();
  const params = new Map<string, string>();
  const interfaceParams = new Map<string, string>();
  for (const [name, value] of [...url.searchParams, ...form]) {
    if (NOT_SETTINGS.has(name)) interfaceParams.set(name, value);
    else if (!NAME.test(name))
      throw new ClickHouseException('BAD_ARGUMENTS', `'${name}' is not the name of a setting.`);
    else if (name.startsWith(PARAM)) params.set(name.slice(PARAM.length), value);
    else settings.set(name, value);
  }
  if (interfaceParams.has('session_id')) {
    throw new ClickHouseException(
      'NOT_IMPLEMENTED',
      'The local ClickHouse keeps no sessions: send settings with each query.',
    );
  }
  return {
    queryId: interfaceParams.get('query_id') || randomUUID(),
    database: interfaceParams.get('database') || header(request, 'x-clickhouse-database') || 'default',
    sql: interfaceParams.get('query') ?? '',
    settings,
    params,
    defaultFormat:
      interfaceParams.get('default_format') || header(request, 'x-clickhouse-format') || 'TabSeparated',
    readOnly: request.method === 'GET',
    compressResponse: interfaceParams.get('enable_http_compression') === '1',
  };
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
