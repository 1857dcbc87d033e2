/** `tfjs.mjs <workload> <backend> <threads> <steps> <repeats>`: the same training in TensorFlow.js's own way; prints one JSON object. */
import core from '@tensorflow/tfjs-core';
import './register-gradients.mjs';

const [workload, backend, threads, steps, repeats] = process.argv.slice(2);
let tf = core;
if (backend === 'node') {
  // The native binding brings a TensorFlow.js of its own.
  const { createRequire } = await import('node:module');
  tf = createRequire(process.env.TFJS_NODE ?? import.meta.url)('@tensorflow/tfjs-node');
} else {
  const { setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  setThreadsCount(Number(threads));
  // The gradient of a convolution's kernel is not in the wasm backend; the reference backend has it.
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend(backend);
}
await tf.ready();

const ROWS = 128;
const weight = (shape, inputs) =>
  tf.variable(tf.randomUniform(shape, -1 / Math.sqrt(inputs), 1 / Math.sqrt(inputs)));
const layers = [
  [784, 256],
  [256, 256],
  [256, 10],
].map(([inputs, outputs]) => [weight([inputs, outputs], inputs), weight([outputs], inputs)]);
if (workload !== 'mlp') throw new Error(`the peer trains the mlp, not ${workload}`);
const features = tf.randomUniform([ROWS * 10, 784]);
const labels = tf.oneHot(tf.randomUniform([ROWS * 10], 0, 10, 'int32'), 10);
const optimizer = tf.train.adam(1e-3);

function lossOf(from) {
  let x = tf.slice(features, from, ROWS);
  for (const [i, [w, b]] of layers.entries()) {
    x = tf.add(tf.matMul(x, w), b);
    if (i < layers.length - 1) x = tf.relu(x);
  }
  return tf.losses.softmaxCrossEntropy(tf.slice(labels, from, ROWS), x);
}

async function epoch() {
  const start = performance.now();
  for (let step = 0; step < Number(steps); step++) {
    const loss = optimizer.minimize(() => lossOf((step % 10) * ROWS), true);
    await loss.data();
    loss.dispose();
  }
  return (1000 * Number(steps) * ROWS) / (performance.now() - start);
}

await epoch();
const rates = [];
const before = process.cpuUsage();
for (let i = 0; i < Number(repeats); i++) rates.push(await epoch());
const { user, system } = process.cpuUsage(before);
rates.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    best: rates.at(-1),
    median: rates[rates.length >> 1],
    perCpuSecond: (1e6 * Number(steps) * Number(repeats) * ROWS) / (user + system),
  }),
);
process.exit(0);
