import { float32Tensor, GraphBuilder, serializeModel } from '@driftloop/onnx';
import type { ModelSpec } from '@driftloop/schemas';
import type { RequestColumns } from '@driftloop/spec';

/** Features of the benchmark's model. */
export const WIDTH = 32;

/**
 * A binary classifier with layers of 32, 64, 64 and 2: the model that the peers' figures are for.
 */
export function mlp(seed: number, width = WIDTH): Uint8Array {
  return serializeModel(classifier(seed, width).build());
}

/**
 * The same with a table of 46 MB beside it: as quick to run, but as slow to fetch, check and load
 * as a large model.
 */
export function largeMlp(seed: number): Uint8Array {
  return withTable(seed, 11_500_000);
}

/** The same with a table of 1 MB. */
export function mediumMlp(seed: number): Uint8Array {
  return withTable(seed, 250_000);
}

/** A model of that many more numbers, none of which makes it slower to run. */
function withTable(seed: number, numbers: number): Uint8Array {
  const graph = classifier(seed);
  const table = graph.initializer(float32Tensor('table', [numbers], new Float32Array(numbers).fill(seed)));
  graph.output(graph.node('Gather', [table, graph.int([0])], { axis: 0 }, 'unused'));
  return serializeModel(graph.build());
}

function classifier(seed: number, width = WIDTH): GraphBuilder {
  const random = generator(seed);
  const graph = new GraphBuilder({ name: 'mlp' });
  let layer = graph.input('x', 'float32', ['rows', width]);
  const sizes = [width, 64, 64, 2];
  for (let depth = 1; depth < sizes.length; depth++) {
    const [inputs = 0, outputs = 0] = [sizes[depth - 1], sizes[depth]];
    const values = Float32Array.from(
      { length: inputs * outputs },
      () => (random() - 0.5) / Math.sqrt(inputs),
    );
    const weights = graph.initializer(float32Tensor(`w${depth}`, [inputs, outputs], values));
    const bias = graph.initializer(float32Tensor(`b${depth}`, [outputs], new Float32Array(outputs)));
    layer = graph.node('Gemm', [layer, weights, bias]);
    if (depth < sizes.length - 1) layer = graph.node('Relu', [layer]);
  }
  graph.output(graph.node('Softmax', [layer], { axis: 1 }, 'y'));
  return graph;
}

/** What the model is. */
export const SPEC: ModelSpec = {
  model: 'bench',
  task: 'binary',
  classes: 2,
  features: Array.from({ length: WIDTH }, (_, index) => ({
    name: `f${index}`,
    kind: 'numeric' as const,
    allowMissing: false,
  })),
  window: {
    lengthMs: 60_000,
    allowedLatenessMs: 0,
    minSamples: 1000,
    allowedAheadMs: 0,
    partitionIdleMs: 10_000,
  },
  drift: { expectedWindowsBetweenFalseAlarms: 1000, detectors: [] },
  retrain: {
    enabled: false,
    strategy: 'naive',
    cooldownMs: 0,
    minLabels: 1,
    maxRows: 1,
    maxSeconds: 1,
    maxSteps: 1,
    maxAgeMs: 0,
  },
  rollout: { canaryShare: 0, shadowVersions: [] },
  updatedAt: 0,
};

/** Categories of each column of text. */
const CATEGORIES = Array.from({ length: 12 }, (_, index) => `category ${index}`);

/** A model of ten columns: six numbers and four texts. */
export const NAMED_SPEC: ModelSpec = {
  ...SPEC,
  features: Array.from({ length: 10 }, (_, index) => ({
    name: `column ${index}`,
    kind: index < 6 ? ('numeric' as const) : ('categorical' as const),
    allowMissing: false,
    categories: index < 6 ? [] : CATEGORIES,
  })),
};

/** A row of numbers as features. */
export function plainRow(random: () => number, { features }: ModelSpec): RequestColumns {
  return { features: Float32Array.from(features, () => random()) };
}

/** A row by the names of its columns; each text is one of the categories. */
export function namedRow(random: () => number, { features }: ModelSpec): RequestColumns {
  const numbers: Record<string, number> = {};
  const texts: Record<string, string> = {};
  for (const { name, kind } of features) {
    if (kind === 'numeric') numbers[name] = random();
    else texts[name] = CATEGORIES[Math.floor(random() * CATEGORIES.length)] ?? '';
  }
  return { features: new Float32Array(0), numbers, texts };
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
