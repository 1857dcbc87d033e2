import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { answersOf, graphOf, type ModelProto, parseModel } from '../../src/index.ts';

const FOLDER = new URL('../../../../cli/test/exported/models/', import.meta.url);
const modelOf = (name: string) => parseModel(readFileSync(new URL(`${name}.onnx`, FOLDER)));
const classes = (count: number, classNames: string[] = []) => ({
  widths: count === 2 ? [2, 1] : [count],
  classes: count,
  classNames,
});
const VALUE = { widths: [1], classes: 0 };
const formsOf = (model: ModelProto, wanted: Parameters<typeof answersOf>[1]) =>
  answersOf(model, wanted).map(({ output, classes, changes }) => ({ output, classes, changes }));

test('an output that fits is taken as it is', () => {
  const model = modelOf('pytorch-dynamo');
  assert.deepEqual(
    answersOf(model, classes(3)).map((form) => form.model === model && form.output),
    ['y'],
  );
});

test('another number of classes is refused naming those of the file', () => {
  const refused = {
    code: 'MODEL_INVALID',
    message: /has 3 classes \(high, low, middle\), the spec 2 \(no, yes\)/,
  };
  assert.throws(() => answersOf(modelOf('sklearn-logistic-three'), classes(2, ['no', 'yes'])), refused);
  assert.throws(
    () => answersOf(modelOf('catboost-three'), classes(4)),
    /has 3 classes \(high, low, middle\), the spec 4;/,
  );
  assert.throws(
    () => answersOf(modelOf('sklearn-forest-labels'), classes(3)),
    /has 2 classes \(no, yes\), the spec 3;/,
  );
});

test('labels are taken only of a file that answers nothing else', () => {
  // Its probabilities are of another width: its labels would be of classes that the spec has not.
  const model = modelOf('pytorch-dynamo');
  const [output] = graphOf(modelOf('sklearn-forest-numbers')).output;
  assert.ok(output);
  graphOf(model).output.push(output);
  assert.deepEqual(formsOf(model, classes(2)), []);
  const [form] = formsOf(modelOf('sklearn-forest-numbers'), classes(2, ['1', '-1']));
  assert.deepEqual([form?.output, form?.classes], ['answers', [1, -1]]);
  assert.match(form?.changes.join() ?? '', /output output_label names a class and no probabilities/);
});

test('a value is no class: texts are no answers of a regression, whole numbers are', () => {
  assert.deepEqual(formsOf(modelOf('sklearn-forest-labels'), VALUE), []);
  const [form] = formsOf(modelOf('sklearn-forest-numbers'), VALUE);
  assert.deepEqual(form?.changes, ['output output_label is int64; it is served as float32']);
});

test('classes that the file numbers are told as those of the spec', () => {
  const [form] = formsOf(modelOf('xgboost-three'), classes(3, ['low', 'middle', 'high']));
  assert.deepEqual(form?.changes, [
    "classes 0, 1, 2 are taken for the spec's low, middle, high, in this order",
  ]);
});
