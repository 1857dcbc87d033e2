import { float32Tensor, GraphBuilder, serializeModel } from '@driftloop/onnx';
import { createRandom } from '@driftloop/stats';
import { drawEmbedding } from './initialise.ts';
import { finish, type ModelOptions, perceptron, standardise } from './layers.ts';
import { DEFAULT_HIDDEN } from './mlp.ts';
import { FEATURES } from './names.ts';

/** What an MLP over numbers and categories is made from. */
export interface CategoricalOptions extends ModelOptions {
  /**
   * Per feature the number of its categories, coded 0, 1, …; 0 for a number. Its length is
   * `inputs`.
   */
  readonly categories: readonly number[];
  /**
   * Features whose codes may go beyond the number of their categories: those share the place of a
   * smaller code, their remainder. Beyond, a code of any other feature is unknown.
   * @default none
   */
  readonly wrapped?: readonly number[];
  /**
   * Features with at most so many categories become one-hot; others get an embedding, a trained
   * vector per category.
   * @default 5
   */
  readonly oneHotUpTo?: number;
  /** Length of an embedding's vectors. @default half the number of categories, 8 at most */
  readonly embeddingSize?: number;
  /** @default [32] */
  readonly hidden?: readonly number[];
}

/**
 * Makes an MLP over standardised numbers, one-hot categories and embeddings: `features` [batch,
 * inputs] → `outputs` as {@link createMlp}. A missing or unknown category is zeros where it is
 * one-hot, and a vector of its own where it is embedded. All of it is inside the graph.
 */
export function createCategorical(options: CategoricalOptions): Uint8Array {
  const { categories, oneHotUpTo = 5 } = options;
  const random = createRandom(options.seed);
  const graph = new GraphBuilder({ name: 'categories' });
  const standardised = standardise(graph, options);
  const parts: string[] = [];
  let width = 0;
  const numbers = [...categories.keys()].filter((feature) => categories[feature] === 0);
  if (numbers.length > 0) {
    parts.push(graph.node('Gather', [standardised, graph.int(numbers)], { axis: 1 }));
    width += numbers.length;
  }
  categories.forEach((count, feature) => {
    if (count === 0) return;
    const given = graph.node('Gather', [FEATURES, graph.int([feature])], { axis: 1 });
    const codes = options.wrapped?.includes(feature) ? remainders(graph, given, count) : given;
    if (count <= oneHotUpTo) {
      parts.push(oneHot(graph, codes, count));
      width += count;
      return;
    }
    const size = options.embeddingSize ?? Math.min(8, Math.ceil(count / 2));
    const name = `embedding${feature}/weight`;
    // The last vector is for what is missing or unknown.
    graph.initializer(float32Tensor(name, [count + 1, size], drawEmbedding(count + 1, size, random)));
    const vectors = graph.node('Gather', [name, embeddingIndex(graph, codes, count)], { axis: 0 });
    parts.push(graph.node('Reshape', [vectors, graph.int([-1, size])]));
    width += size;
  });
  const joined = parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { axis: 1 });
  finish(graph, perceptron(graph, joined, width, options.hidden ?? DEFAULT_HIDDEN, options, random), options);
  return serializeModel(graph.build());
}

/** Codes from `count` on become their remainder; others, NaN among them, stay as they are. */
function remainders(graph: GraphBuilder, codes: string, count: number): string {
  const whole = graph.node('Cast', [graph.node('Div', [codes, graph.float(count)])], { to: 7 });
  const turns = graph.node('Cast', [whole], { to: 1 });
  const rest = graph.node('Sub', [codes, graph.node('Mul', [turns, graph.float(count)])]);
  return graph.node('Where', [graph.node('GreaterOrEqual', [codes, graph.float(count)]), rest, codes]);
}

/** [batch, 1] codes → [batch, count]; NaN equals no code. */
function oneHot(graph: GraphBuilder, codes: string, count: number): string {
  const known = graph.float(Array.from({ length: count }, (_, code) => code));
  return graph.node('Cast', [graph.node('Equal', [codes, known])], { to: 1 });
}

/** [batch] rows of the embedding: the code, or `count` for what is no code. */
function embeddingIndex(graph: GraphBuilder, codes: string, count: number): string {
  const flat = graph.node('Reshape', [codes, graph.int([-1])]);
  const isCode = graph.node('And', [
    graph.node('GreaterOrEqual', [flat, graph.float(0)]),
    graph.node('Less', [flat, graph.float(count)]),
  ]);
  const safe = graph.node('Where', [isCode, flat, graph.float(count)]);
  return graph.node('Cast', [safe], { to: 7 });
}
