import { availableDevices } from '@driftloop/engine-ort';
import type { BenchmarkOptions, Result } from '../harness/benchmark.ts';
import { summarize } from '../harness/samples.ts';
import type { Rates } from './measure.ts';
import { ours, pytorch, type Task, takeTurns, tensorflowJs } from './processes.ts';

const UNIT = 'samples/s';

/**
 * How fast whole training steps are, beside PyTorch and TensorFlow.js in the same run, each in
 * processes of its own that take turns. Rates are each process's best of many short repeats,
 * medians over the samples; on GPUs only where there are any.
 */
export async function run({ samples, peers }: BenchmarkOptions): Promise<Result[]> {
  const torch = peers ? await pytorch() : undefined;
  const results: Result[] = [];
  for (const threads of [1, 2]) {
    const mlp: Task = { workload: 'mlp', device: 'cpu', threads, steps: 10, repeats: 60 };
    results.push(...compare(mlp, await takeTurns({ ours, PyTorch: torch }, mlp, samples), { PyTorch: 1 }));
  }
  for (const threads of [1, 2]) {
    const cnn: Task = { workload: 'cnn', device: 'cpu', threads, steps: 4, repeats: 12 };
    results.push(...compare(cnn, await takeTurns({ ours, PyTorch: torch }, cnn, samples), { PyTorch: 0.8 }));
  }
  if (peers) results.push(...(await besideTensorFlowJs(samples)));
  return [...results, ...(await onGpus(samples, torch))];
}

/**
 * One thread each: TensorFlow.js's wasm backend is slower with two. tfjs-node is measured where
 * TFJS_NODE names a folder that has it.
 */
async function besideTensorFlowJs(samples: number): Promise<Result[]> {
  const task: Task = { workload: 'mlp', device: 'cpu', threads: 1, steps: 5, repeats: 20 };
  const contenders = {
    ours,
    'tfjs wasm': (asked: Task) => tensorflowJs({ ...asked, device: 'wasm' }),
    'tfjs-node': process.env.TFJS_NODE
      ? (asked: Task) => tensorflowJs({ ...asked, device: 'node' })
      : undefined,
  };
  if (!process.env.TFJS_NODE)
    console.error('Without tfjs-node: set TFJS_NODE to a folder that has it (docs/gpu.md).');
  return compare(task, await takeTurns(contenders, task, samples), { 'tfjs wasm': 15, 'tfjs-node': 3 });
}

async function onGpus(samples: number, torch: Awaited<ReturnType<typeof pytorch>>): Promise<Result[]> {
  const results: Result[] = [];
  for (const { device, available, reason } of await availableDevices()) {
    if (device === 'cpu') continue;
    if (!available) {
      console.error(`Without ${device}: ${reason}`);
      continue;
    }
    for (const workload of ['mlp', 'large'] as const) {
      const task: Task = { workload, device, threads: 1, steps: 10, repeats: 10 };
      const peer = torch && ((asked: Task) => torch({ ...asked, device: 'cuda' }));
      results.push(...compare(task, await takeTurns({ ours, 'PyTorch CUDA': peer }, task, samples), {}));
    }
  }
  return results;
}

/** Our figure beside each peer's. @param bars least ratio by peer */
function compare(
  { workload, device, threads }: Task,
  rates: ReadonlyMap<string, readonly Rates[]>,
  bars: Readonly<Record<string, number>>,
): Result[] {
  const summaries = new Map(
    Array.from(rates, ([name, list]) => [name, summarize(list.map(({ best }) => best))]),
  );
  const own = summaries.get('ours');
  if (own === undefined) return [];
  const metric = `train ${workload}, ${device}${device === 'cpu' ? `, ${threads} thread${threads > 1 ? 's' : ''}` : ''}`;
  const base = { metric, value: own.median, unit: UNIT, spread: { min: own.min, max: own.max } };
  const others = [...summaries].filter(([name]) => name !== 'ours');
  if (others.length === 0) return [base];
  return others.map(([peer, { median }]) => {
    const ratio = own.median / median;
    const bar = bars[peer];
    const verdict = bar === undefined ? {} : { bar: `ratio >= ${bar}`, holds: ratio >= bar };
    return { ...base, peer, peerValue: median, ratio, ...verdict };
  });
}
