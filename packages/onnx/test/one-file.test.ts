import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { graphOf, packOneFile, parseModel, requireOneFile, tensorToFloat32 } from '../src/index.ts';

const FOLDER = new URL('../../../cli/test/exported/models/', import.meta.url);
const file = readFileSync(new URL('pytorch-external.onnx', FOLDER));
const beside = readFileSync(new URL('pytorch-external.onnx.data', FOLDER));

test('weights that lie beside a file are put in, each from where it lies', () => {
  assert.throws(
    () => requireOneFile(parseModel(file)),
    /save the model as one file.*or put that file beside it/,
  );
  const asked: string[] = [];
  const packed = packOneFile(file, (location) => {
    asked.push(location);
    return beside;
  });
  assert.deepEqual(asked, ['pytorch-external.onnx.data']);
  const model = parseModel(packed);
  requireOneFile(model);
  const values = graphOf(model)
    .initializer.filter(({ dataType }) => dataType === 1)
    .flatMap((tensor) => [...tensorToFloat32(tensor)]);
  assert.equal(values.length, 4 * 8 + 8 + 8 * 3 + 3);
  assert.ok(values.every((value) => Math.abs(value) < 1 && value !== 0));
  assert.equal(packOneFile(packed, assert.fail), packed);
});

test('a file that is not there leaves its weights outside; one that is cut off is refused', () => {
  assert.throws(
    () => requireOneFile(parseModel(packOneFile(file, () => undefined))),
    /lies outside the file/,
  );
  assert.throws(() => packOneFile(file, () => beside.subarray(0, 100)), {
    code: 'MODEL_INVALID',
    message: /lies at bytes \d+ to \d+ of pytorch-external\.onnx\.data, which has 100; copy both files again/,
  });
});
