import { DriftloopError } from '@driftloop/errors';
import { callRequests } from '@driftloop/payloads';
import type { InferenceRequest, ModelSpec } from '@driftloop/schemas';
import { comesByName, rowOf, slotsOf } from '@driftloop/spec';
import { type OpenTable, requireColumn } from './open-table.ts';
import type { NamedColumns, Table } from './table.ts';

/** Columns with the bodies of calls, as inference tables have them. */
export interface CallColumns {
  /** JSON of the request. */
  readonly request?: string | undefined;
  /** JSON of the response. */
  readonly response?: string | undefined;
}

/** What of a table the calls of a file say. */
export type CallTable = Pick<Table, 'width' | 'features' | 'texts' | 'columnsAt' | 'answerAt'>;

/**
 * The rows and answers in a table of calls: one call per row, and one row per call.
 *
 * @throws DriftloopError REQUEST_INVALID naming the call that cannot be read, or that has several
 *   rows
 */
export function fitCalls(
  { table }: OpenTable,
  spec: ModelSpec,
  { request, response }: CallColumns,
): CallTable {
  if (request === undefined || response === undefined)
    throw new DriftloopError('REQUEST_INVALID', '--request and --response go together: calls have both.');
  const [asked, answered] = [requireColumn(table, request), requireColumn(table, response)];
  const calls = Array.from({ length: table.rows }, (_, row) => {
    const where = `${table.path} ${table.where(row)}`;
    const bodies = { request: bytes(asked.text(row)), response: bytes(answered.text(row)) };
    return onlyRow({ callId: where, eventTime: 0, version: '', ...bodies }, spec, where);
  });
  const { width, texts: free } = slotsOf(spec.features);
  const texts: string[] = [];
  const features = new Float32Array(table.rows * width);
  calls.forEach((call, row) => {
    features.set(rowOf(call, spec, texts), row * width);
  });
  return {
    width,
    features,
    ...(free.length > 0 ? { texts } : {}),
    answerAt: (row) => calls[row]?.answer ?? undefined,
    ...(spec.features.some(comesByName) ? { columnsAt: (row: number) => named(calls[row]) } : {}),
  };
}

function onlyRow(call: Parameters<typeof callRequests>[0], spec: ModelSpec, where: string): InferenceRequest {
  let rows: InferenceRequest[];
  try {
    rows = callRequests(call, spec);
  } catch (error) {
    if (!(error instanceof DriftloopError)) throw error;
    throw new DriftloopError('REQUEST_INVALID', `${where}: ${error.message}`, { cause: error });
  }
  const [row, ...others] = rows;
  if (row !== undefined && others.length === 0) return row;
  throw new DriftloopError(
    'REQUEST_INVALID',
    `${where}: the call has ${rows.length} rows, and a table one row per call. Explode it before, or send the calls to \`driftloop payloads\` (docs/beside.md).`,
  );
}

function named(call: InferenceRequest | undefined): NamedColumns {
  return { numbers: call?.numbers ?? {}, texts: call?.texts ?? {}, vectors: call?.vectors ?? {} };
}

function bytes(text: string | undefined): Uint8Array {
  return new TextEncoder().encode(text ?? '');
}
