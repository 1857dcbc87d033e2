import { ClickHouseException } from './exception.ts';

const BREAK = Buffer.from('\r\n\r\n');

/** The boundary of a `multipart/form-data` content type, or undefined for any other. */
export function multipartBoundary(contentType: string | undefined): string | undefined {
  return /^multipart\/form-data;.*?boundary=(?:"([^"]+)"|([^\s;]+))/i
    .exec(contentType ?? '')
    ?.slice(1)
    .find(Boolean);
}

/**
 * The fields of a multipart body by name: clients send the query and long parameters so.
 *
 * @throws ClickHouseException BAD_ARGUMENTS for a malformed body, NOT_IMPLEMENTED for files
 *   (external tables).
 */
export function readMultipart(body: Buffer, boundary: string): Map<string, string> {
  const fields = new Map<string, string>();
  // A line break before the first boundary too makes all boundaries alike.
  const data = Buffer.concat([Buffer.from('\r\n'), body]);
  const separator = Buffer.from(`\r\n--${boundary}`);
  let at = data.indexOf(separator);
  for (;;) {
    if (at < 0)
      throw new ClickHouseException('BAD_ARGUMENTS', 'The multipart body does not end with its boundary.');
    const start = at + separator.length;
    if (data.toString('latin1', start, start + 2) === '--') return fields;
    const end = data.indexOf(separator, start);
    const headEnd = data.indexOf(BREAK, start);
    if (end < 0 || headEnd < 0 || headEnd > end) {
      throw new ClickHouseException('BAD_ARGUMENTS', 'The multipart body is cut off.');
    }
    const head = data.toString('utf8', start, headEnd);
    const name = /content-disposition:[^\r\n]*[;\s]name="([^"]*)"/i.exec(head)?.[1];
    if (name === undefined)
      throw new ClickHouseException('BAD_ARGUMENTS', 'A part of the multipart body has no name.');
    if (/filename=/i.test(head)) {
      throw new ClickHouseException('NOT_IMPLEMENTED', 'The local ClickHouse takes no external tables.');
    }
    fields.set(name, data.toString('utf8', headEnd + BREAK.length, end));
    at = end;
  }
}
