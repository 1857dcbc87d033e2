import assert from 'node:assert/strict';
import { test } from 'node:test';
import { multipartBoundary, readMultipart } from '../src/clickhouse/multipart.ts';

test('reads the fields of a form as a standard client writes it', async () => {
  const form = new FormData();
  form.set('query', 'SELECT 1\r\n--not-a-boundary\r\n');
  form.set('param_ä', 'ü\n');
  form.set('empty', '');
  const response = new Response(form);
  const boundary = multipartBoundary(response.headers.get('content-type') ?? undefined);
  assert.ok(boundary);
  const fields = readMultipart(Buffer.from(await response.arrayBuffer()), boundary);
  assert.deepEqual(
    [...fields],
    [
      ['query', 'SELECT 1\r\n--not-a-boundary\r\n'],
      ['param_ä', 'ü\r\n'],
      ['empty', ''],
    ],
  );
});

test('reads a boundary with and without quotes, and none from another type', () => {
  assert.equal(multipartBoundary('multipart/form-data; boundary=abc'), 'abc');
  assert.equal(multipartBoundary('multipart/form-data; charset=utf-8; boundary="a b"'), 'a b');
  assert.equal(multipartBoundary('text/plain; boundary=abc'), undefined);
  assert.equal(multipartBoundary(undefined), undefined);
});

test('refuses a body without its closing boundary', () => {
  assert.throws(() => readMultipart(Buffer.from('no form'), 'b'), { code: 36 });
  assert.throws(() => readMultipart(Buffer.from('--b\r\n\r\nx'), 'b'), { code: 36 });
});
