import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeModule, float32Bytes, TYPE, unsigned } from '../src/index.ts';

test('integers are LEB128, as in the specification and at the edges of a byte', () => {
  const cases: [number, number[]][] = [
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [16_383, [0xff, 0x7f]],
    [16_384, [0x80, 0x80, 0x01]],
    [624_485, [0xe5, 0x8e, 0x26]],
  ];
  for (const [value, bytes] of cases) assert.deepEqual(unsigned(value), bytes);
});

test('a module is valid also when it is longer than a byte counts', () => {
  for (const constants of [1, 20, 100, 4000]) {
    const body = Array.from({ length: constants }, () => [0x43, ...float32Bytes(1.5), 0x1a]).flat();
    const locals = Array.from({ length: constants }, () => TYPE.v128);
    const module = encodeModule({ parameters: [TYPE.i32], results: [], locals, body });
    assert.ok(WebAssembly.validate(module), `${constants} constants`);
    assert.ok(!WebAssembly.validate(module.subarray(0, module.length - 1)));
  }
});
