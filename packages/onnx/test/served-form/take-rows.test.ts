import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNode } from '../../src/graph-builder.ts';
import {
  copyGraph,
  copyModel,
  createValueInfo,
  describeModel,
  GraphBuilder,
  graphOf,
  type ModelProto,
  serializeModel,
  stringAttribute,
  stringsAttribute,
  takeRows,
} from '../../src/index.ts';

/** A model that hands a text input [rows, 1] to an encoder that knows some texts. */
function ofTexts(opset: number, classical: number, known: readonly string[]): ModelProto {
  const builder = new GraphBuilder({ name: 'm', opset, domains: { 'ai.onnx.ml': classical } });
  builder.input('city', 'string', ['n', 1]);
  builder.append(
    createNode('OneHotEncoder', ['city'], ['y'], { cats_strings: { strings: known } }, 'ai.onnx.ml'),
  );
  builder.output('y');
  return builder.build();
}

const features = [{ name: 'city', categories: ['Bern', 'Basel'] }];
const encoderOf = (model: ModelProto) => {
  const node = graphOf(takeRows(model, features).model).node.find(({ opType }) => opType === 'LabelEncoder');
  assert.ok(node);
  return node;
};

test('a model that takes rows already is returned as it is', () => {
  const builder = new GraphBuilder({ name: 'm' });
  builder.input('x', 'float32', ['n', 2]);
  builder.output(builder.node('Relu', ['x']));
  const model = builder.build();
  assert.equal(takeRows(model, [{ name: 'a' }, { name: 'b' }]).model, model);
});

test('a missing text is what the file has for one, an unknown one what it has not', () => {
  const texts = (known: string[]) => {
    const node = encoderOf(ofTexts(17, 3, known));
    const [, , missing] = stringsAttribute(node, 'values_strings') ?? [];
    return [missing, stringAttribute(node, 'default_string', '')];
  };
  assert.deepEqual(texts(['Bern', 'Basel']), ['', '(unknown)']);
  assert.deepEqual(texts(['Bern', 'nan']), ['nan', '(unknown)']);
  assert.deepEqual(texts(['Bern', '?', '(unknown)']), ['?', '((unknown))']);
});

test('encoders are written in the version of ai.onnx.ml that the file has', () => {
  assert.deepEqual(stringsAttribute(encoderOf(ofTexts(17, 1, ['Bern'])), 'classes_strings'), [
    'Bern',
    'Basel',
    '',
  ]);
  assert.deepEqual(stringsAttribute(encoderOf(ofTexts(17, 2, ['Bern'])), 'values_strings'), [
    'Bern',
    'Basel',
    '',
  ]);
});

test('texts need categories, and an opset that tells missing ones', () => {
  const model = ofTexts(17, 3, ['Bern']);
  assert.throws(() => takeRows(model, [{ name: 'city' }]), {
    code: 'MODEL_INVALID',
    message:
      /input city takes texts, but feature 'city' of the spec has no categories.*"kind": "categorical"/,
  });
  assert.throws(
    () => takeRows(ofTexts(8, 1, ['Bern']), features),
    /has opset 8; export it again with opset 9/,
  );
});

test('of an input with a fixed number of rows, nothing that is declared stays', () => {
  const builder = new GraphBuilder({ name: 'm' });
  builder.input('x', 'int64', [1, 2]);
  builder.node('Cast', ['x'], { to: 1 }, 'y');
  builder.output('y');
  const made = builder.build();
  const graph = copyGraph(graphOf(made), {
    valueInfo: [createValueInfo('x', { type: 'int64', dims: [1, 2] })],
  });
  const { model } = takeRows(copyModel(made, { graph }), [{ name: 'a' }, { name: 'b' }]);
  assert.deepEqual(graphOf(model).valueInfo, []);
  const { inputs, outputs } = describeModel(serializeModel(model));
  assert.deepEqual(inputs, [{ name: 'features', type: 'float32', dims: ['rows', 2] }]);
  assert.deepEqual(outputs[0]?.dims, ['rows', 2]);
});

test('values that are called as the new ones would be keep their names', () => {
  const builder = new GraphBuilder({ name: 'm' });
  builder.input('x', 'int64', ['n', 2]);
  builder.node('Cast', ['x'], { to: 1 }, 'features');
  builder.node('Relu', ['features'], {}, 'constant');
  builder.output('constant');
  const { model } = takeRows(builder.build(), [{ name: 'a' }, { name: 'b' }]);
  const names = graphOf(model).node.flatMap(({ output }) => output);
  assert.equal(new Set([...names, 'features_1']).size, names.length + 1);
  assert.equal(describeModel(serializeModel(model)).inputs[0]?.name, 'features_1');
});
