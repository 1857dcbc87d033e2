import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNode, graphOf, parseModel, serializeModel } from '@driftloop/onnx';
import { allocatingModel, crashingModel, loopModel } from '@driftloop/onnx/testing';
import { isBoundedModel } from '../src/sessions/bounded-model.ts';
import { logisticModel, sumModel } from './fixtures/models.ts';

/** A plain model with a node of another kind behind. */
function withNode(opType: string, domain = ''): Uint8Array {
  const model = parseModel(sumModel(2, 0));
  graphOf(model).node.push(createNode(opType, ['x', 'x'], ['z'], {}, domain));
  return serializeModel(model);
}

test('a model of plain operators needs no process that may be lost', () => {
  assert.equal(isBoundedModel(sumModel(3, 0.5)), true);
  assert.equal(isBoundedModel(logisticModel(2)), true);
  assert.equal(isBoundedModel(withNode('Add')), true);
});

test('what a request could make loop, allocate or crash does', () => {
  for (const model of [loopModel(), allocatingModel(), crashingModel()])
    assert.equal(isBoundedModel(model), false);
  for (const opType of ['Loop', 'If', 'Scan', 'ConstantOfShape', 'Range', 'Tile', 'Mod', 'Unheard'])
    assert.equal(isBoundedModel(withNode(opType)), false, opType);
  assert.equal(isBoundedModel(withNode('Add', 'com.example')), false);
  assert.equal(isBoundedModel(withNode('Reshape')), false, 'a shape that is computed');
  assert.equal(isBoundedModel(Uint8Array.of(1, 2, 3)), false);
});
