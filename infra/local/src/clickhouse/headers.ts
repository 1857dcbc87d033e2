/** Response headers of ClickHouse's HTTP interface. */
export const DISPLAY_NAME_HEADER = 'x-clickhouse-server-display-name';
export const QUERY_ID_HEADER = 'x-clickhouse-query-id';
export const FORMAT_HEADER = 'x-clickhouse-format';
export const TIMEZONE_HEADER = 'x-clickhouse-timezone';
export const SUMMARY_HEADER = 'x-clickhouse-summary';
export const EXCEPTION_CODE_HEADER = 'x-clickhouse-exception-code';
/**
 * Names the marker behind which an exception stands that came after the response had begun
 * (ClickHouse 25.11 and later).
 */
export const EXCEPTION_TAG_HEADER = 'x-clickhouse-exception-tag';

/** The content of the summary header; ClickHouse sends all numbers as strings. */
export interface Summary {
  readonly readRows?: number;
  readonly readBytes?: number;
  readonly writtenRows?: number;
  readonly writtenBytes?: number;
  readonly resultBytes?: number;
  readonly elapsedMs: number;
}

/** The summary header's value. */
export function summaryValue(summary: Summary): string {
  const text = (value: number | undefined): string => String(value ?? 0);
  return JSON.stringify({
    read_rows: text(summary.readRows),
    read_bytes: text(summary.readBytes),
    written_rows: text(summary.writtenRows),
    written_bytes: text(summary.writtenBytes),
    total_rows_to_read: '0',
    result_rows: text(summary.writtenRows),
    result_bytes: text(summary.resultBytes ?? summary.writtenBytes),
    elapsed_ns: String(Math.round(summary.elapsedMs * 1e6)),
  });
}
