import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection, Engine } from './engine.ts';
import { ClickHouseException } from './exception.ts';
import { QUERY_ID_HEADER, SUMMARY_HEADER, summaryValue } from './headers.ts';
import { insertRows } from './insert.ts';
import { multipartBoundary, readMultipart } from './multipart.ts';
import { type QueryRequest, readQueryRequest } from './query-request.ts';
import { sendRows } from './reply.ts';
import { readAll, requestBody } from './request-body.ts';
import { type InsertHead, readStatement, type Statement } from './statement.ts';

/** Formats without head or foot: pieces of a result are each valid and together the whole. */
const STREAMED = new Set([
  'JSONEachRow',
  'JSONCompactEachRow',
  'JSONStringsEachRow',
  'JSONLines',
  'NDJSON',
  'TabSeparated',
  'TSV',
  'TabSeparatedRaw',
  'TSVRaw',
  'CSV',
  'RowBinary',
]);

type Work =
  | { readonly kind: 'insert'; readonly head: InsertHead; readonly data: AsyncIterable<Buffer> }
  | { readonly kind: 'statement'; readonly sql: string; readonly statement: Statement };

/** Runs one query of the HTTP interface from its request to its response. */
export async function runQuery(
  engine: Engine,
  queue: { run<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> },
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const boundary = multipartBoundary(request.headers['content-type']);
  const form =
    boundary === undefined ? new Map() : readMultipart(await readAll(requestBody(request)), boundary);
  const query = readQueryRequest(request, url, form);
  response.setHeader(QUERY_ID_HEADER, query.queryId);
  const work = await readWork(query.sql, boundary === undefined ? requestBody(request) : nothing());
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  await queue.run(gone.signal, () =>
    engine.withConnection(query, (connection) =>
      work.kind === 'insert'
        ? runInsert(connection, work, query, response)
        : runStatement(connection, work, query, request, response),
    ),
  );
}

/**
 * The query is `?query=`, the body, or one continued by the other, as in `?query=INSERT … FORMAT x`
 * with rows as the body.
 */
async function readWork(sql: string, body: AsyncIterable<Buffer>): Promise<Work> {
  if (sql !== '') {
    const { insert } = readStatement(sql);
    if (insert !== undefined)
      return { kind: 'insert', head: insert, data: concat(Buffer.from(sql.slice(insert.dataAt)), body) };
  }
  const rest = await readAll(body);
  const whole = sql === '' ? rest : Buffer.concat([Buffer.from(rest.length === 0 ? sql : `${sql}\n`), rest]);
  // Scanned byte by byte (latin1): the data behind INSERT … FORMAT may be binary, and offsets are
  // bytes then.
  const { insert } = readStatement(whole.toString('latin1'));
  if (insert !== undefined) {
    const head = { ...insert, target: utf8(insert.target), settings: utf8(insert.settings) };
    return { kind: 'insert', head, data: concat(whole.subarray(insert.dataAt), nothing()) };
  }
  const text = whole.toString('utf8');
  const statement = readStatement(text);
  if (statement.verb === '') throw new ClickHouseException('EMPTY_QUERY', 'Empty query.');
  if (statement.secondStatementAt !== undefined) {
    throw new ClickHouseException(
      'SYNTAX_ERROR',
      `Multi-statements are not allowed: a second one begins at ${statement.secondStatementAt}.`,
    );
  }
  return { kind: 'statement', sql: text, statement };
}

async function runInsert(
  connection: Connection,
  { head, data }: Work & { kind: 'insert' },
  { settings }: QueryRequest,
  response: ServerResponse,
): Promise<void> {
  const began = performance.now();
  const { rows, bytes } = await insertRows(connection, head, data, settings);
  const summary = {
    readRows: rows,
    readBytes: bytes,
    writtenRows: rows,
    writtenBytes: bytes,
    elapsedMs: performance.now() - began,
  };
  response.writeHead(200, { [SUMMARY_HEADER]: summaryValue(summary) }).end();
}

async function runStatement(
  connection: Connection,
  { sql, statement }: Work & { kind: 'statement' },
  query: QueryRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const format = statement.format ?? query.defaultFormat;
  const options = { format, compress: query.compressResponse };
  if ((statement.verb === 'SELECT' || statement.verb === 'WITH') && STREAMED.has(format)) {
    return sendRows(request, response, connection.stream(sql, format), options);
  }
  const result = await connection.query(sql, format);
  const bytes = result.bytes();
  const summary = {
    readRows: result.rowsRead,
    readBytes: result.bytesRead,
    resultBytes: bytes.length,
    elapsedMs: result.elapsed * 1000,
  };
  return sendRows(
    request,
    response,
    concat(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), nothing()),
    { ...options, summary },
  );
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

async function* concat(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  yield* rest;
}

async function* nothing(): AsyncGenerator<Buffer> {
  // The body was read already.
}
