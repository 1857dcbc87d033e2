import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createHarness } from '../fixtures/harness.ts';
import { specOf } from '../fixtures/spec.ts';

const FOLDER = new URL('../../../../cli/test/onnx-files/', import.meta.url);
/** Rows, and what ONNX Runtime for Python answers to them. */
const { rows, answers }: { rows: number[][]; answers: Record<string, number[][]> } = JSON.parse(
  readFileSync(new URL('expected.json', FOLDER), 'utf8'),
);

/**
 * Files as they were given, nothing written anew. Those whose answers depend on the rows of a batch
 * are not among them.
 */
const FILES = [
  'ml-only-tree-r',
  'ml-only-tree-m',
  'int8-qdq-r',
  'int4-weights-r',
  'bfloat16-weights-r',
  'function-last-r',
  'loop-r',
  'sparse-weights-r',
  'unsorted-r',
];

test('what ONNX Runtime runs is answered over Kafka as ONNX Runtime answers it', async () => {
  const harness = await createHarness();
  try {
    for (const model of FILES) {
      const isRegression = model.endsWith('-r');
      const task = isRegression ? ('regression' as const) : ('multiclass' as const);
      await harness.registry.register({
        spec: specOf(model, { width: 3, task, classes: isRegression ? 0 : 3 }),
        onnx: readFileSync(new URL(`${model}.onnx`, FOLDER)),
        profile: null,
        metrics: {},
        publish: true,
      });
    }
    const instance = await harness.start();
    const requests = FILES.flatMap((model) =>
      rows.map((row, i) => {
        const requestId = `${model}/${i}`;
        const value = { requestId, model, eventTime: i, features: Float32Array.from(row) };
        return { key: requestId, value, partition: 0 };
      }),
    );
    await harness.producer.send('inference.requests', requests);
    const given = new Map(
      (await harness.waitForAnswers(requests.length)).map(({ value }) => [value.requestId, value]),
    );
    for (const model of FILES) {
      answers[model]?.forEach((wanted, i) => {
        const answer = given.get(`${model}/${i}`);
        assert.ok(answer, `${model}: no answer to row ${i}\n${instance.log()}`);
        wanted.forEach((value, at) => {
          const error = Math.abs((answer.outputs[at] ?? Number.NaN) - value);
          assert.ok(error < 1e-4, `${model}, row ${i}: ${answer.outputs} instead of ${wanted}`);
        });
      });
    }
    assert.equal(await instance.stop('SIGTERM'), 0, instance.log());
  } finally {
    await harness.close();
  }
});
