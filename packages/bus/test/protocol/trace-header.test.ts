import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader } from '../../src/protocol/byte-reader.ts';
import { isTrace, readTrace, writeTrace } from '../../src/protocol/trace-header.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Headers as a record has them; null for a header without a value. */
function headers(...list: readonly (readonly [string, string | null])[]): ByteReader {
  const varint = (value: number) => (value < 0 ? [2 * -value - 1] : [2 * value]);
  const bytes = list.flatMap(([name, value]) => [
    ...varint(name.length),
    ...Buffer.from(name),
    ...varint(value === null ? -1 : value.length),
    ...Buffer.from(value ?? ''),
  ]);
  return new ByteReader(Buffer.from([...varint(list.length), ...bytes]));
}

test('a trace is found among other headers', () => {
  assert.equal(
    readTrace(headers(['a', 'b'], ['traceparent', TRACE], ['tracestate', 'x=y'], ['c', null])),
    TRACE,
  );
  const written = Buffer.alloc(80);
  const end = writeTrace(written, 0, TRACE);
  assert.equal(readTrace(new ByteReader(written.subarray(0, end))), TRACE);
});

for (const [name, list] of [
  ['no header', []],
  ['others', [['traceparents', TRACE]]],
  ['no value', [['traceparent', null]]],
  ['a value of another length', [['traceparent', `${TRACE}0`.slice(0, 56)]]],
  ['a value of other characters', [['traceparent', TRACE.replace('0af', '0AF')]]],
] as const)
  test(`${name}: no trace`, () => {
    assert.equal(readTrace(headers(...list)), undefined);
  });

test('what is no trace is not written', () => {
  assert.ok(isTrace(TRACE));
  for (const text of ['', 'x', TRACE.slice(1), `${TRACE}\n`]) assert.ok(!isTrace(text), text);
});
