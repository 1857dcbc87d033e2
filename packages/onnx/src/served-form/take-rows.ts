import { DriftloopError } from '@driftloop/errors';
import { copyGraph, copyModel } from '../copy.ts';
import { describeValue, type ValueDescription } from '../describe.ts';
import { dataTypeOf, type ElementType, WHOLE_NUMBERS } from '../element-type.ts';
import type { GraphProto, ModelProto, ValueInfoProto } from '../generated/onnx_pb.js';
import { createValueInfo } from '../graph-builder.ts';
import { declaredInfo, fedInputs, graphOf } from '../model.ts';
import { readsOf } from '../subgraphs.ts';
import { categoryText } from './category-text.ts';
import { type Column, featuresByPosition, type InputColumns, planColumns } from './column-plan.ts';
import { createPiece, type GraphPiece, importing } from './graph-piece.ts';
import { withTextLocale } from './text-locale.ts';
import { textsOf } from './texts.ts';
import { changesOf } from './told-columns.ts';

/** What a float can be made into by a Cast. */
const NUMBERS: ReadonlySet<ElementType> = new Set([
  'float32',
  'float64',
  'float16',
  'bfloat16',
  ...WHOLE_NUMBERS,
]);

/**
 * A model whose inputs, however many and of whatever types and shapes, are made from one: float32
 * rows of features in a spec's order. Columns are picked, cast and reshaped in the graph; for
 * inputs of text, the index of a category becomes its text, a missing value what the file takes for
 * one (`nan`, the empty text, …), and another category a text that the file does not know. Free
 * texts come by a second input, [rows, features of text]; a missing one is the empty text. What the
 * file answers to the same values stays the same; whole numbers beyond 2^24 are not exact as
 * floats.
 *
 * A model with one float input of rows is returned as it is, whether or not its width fits.
 *
 * @returns the model, and what was changed, for people
 * @throws DriftloopError MODEL_INVALID when the inputs do not fit the features, or text is wanted
 *   of a feature without categories
 */
export function takeRows(
  model: ModelProto,
  spec: readonly Column[],
): { readonly model: ModelProto; readonly changes: readonly string[] } {
  const graph = graphOf(model);
  const features = featuresByPosition(spec);
  const inputs = inputsOf(graph, features.length);
  const hasText = spec.some(({ kind }) => kind === 'text');
  if (inputs.length === 0 || (inputs.length === 1 && inputs.every(isRows) && !hasText))
    return { model, changes: [] };
  const plan = planColumns(inputs, spec);
  const piece = createPiece(model);
  const rows = piece.name('features');
  const texts = plan.some(({ input }) => input.type === 'string') ? textsOf(graph) : new Set<string>();
  const freeTexts = hasText ? piece.name('texts') : '';
  const feeding: Feeding = { piece, model, rows, features, freeTexts, texts };
  for (const part of plan) feed(feeding, part);
  const symbol = symbolOf(inputs);
  const own = withTextLocale(graph.node);
  const changed = copyGraph(graph, {
    input: [
      createValueInfo(rows, { type: 'float32', dims: [symbol, features.length] }),
      ...(hasText
        ? [createValueInfo(freeTexts, { type: 'string', dims: [symbol, textPlaces(features).length] })]
        : []),
      // Initializers that are declared as inputs too.
      ...graph.input.filter(({ name }) => graph.initializer.some((tensor) => tensor.name === name)),
    ],
    node: [...piece.nodes, ...own.nodes],
    ...declarations(graph, inputs, symbol),
  });
  return {
    model: importing(copyModel(model, { graph: changed }), piece.nodes),
    changes: [...changesOf(plan, features), ...own.changes],
  };
}

/** Inputs that something reads; all of them where only then there is one for each feature. */
function inputsOf(graph: GraphProto, width: number): ValueDescription[] {
  const fed = fedInputs(graph);
  const read = new Set([...graph.node.flatMap(readsOf), ...graph.output.map(({ name }) => name)]);
  const used = fed.filter(({ name }) => read.has(name));
  const total = (inputs: readonly ValueInfoProto[]) =>
    inputs.reduce(
      (sum, input) =>
        sum +
        (declaredInfo(input)?.dims?.slice(1) ?? []).reduce<number>(
          (product, size) => product * Number(size),
          1,
        ),
      0,
    );
  return (total(used) !== width && total(fed) === width ? fed : used).map(describeValue);
}

/** What needs nothing: float32, and rows of features as far as it is declared. */
function isRows({ type, dims }: ValueDescription): boolean {
  return type === 'float32' && (dims === undefined || dims.length === 2);
}

interface Feeding {
  readonly piece: GraphPiece;
  readonly model: ModelProto;
  /** The value that all inputs are made from. */
  readonly rows: string;
  /** Features by their positions in a row. */
  readonly features: readonly Column[];
  /** The value that has the free texts. */
  readonly freeTexts: string;
  /** All texts in the file. */
  readonly texts: ReadonlySet<string>;
}

function feed(feeding: Feeding, { input, columns, inner }: InputColumns): void {
  const { piece, rows, features } = feeding;
  const { name, type = 'float32', dims } = input;
  if (type === 'other' || (type !== 'string' && !NUMBERS.has(type)))
    throw new DriftloopError(
      'MODEL_INVALID',
      `input ${name} is ${type === 'other' ? 'no tensor' : type}; it must be a tensor of numbers or texts`,
    );
  const steps: ((value: string, output?: string) => string)[] = [];
  if (type === 'string') steps.push((_, output) => textsFor(feeding, input, columns, output));
  else {
    if (!isWhole(columns, features.length))
      steps.push((value, output) => piece.node('Gather', [value, piece.ints(columns)], { axis: 1 }, output));
    if (type !== 'float32')
      steps.push((value, output) => piece.node('Cast', [value], { to: dataTypeOf(type) }, output));
  }
  // Where nothing is declared, the file takes rows.
  if (dims !== undefined && inner.length !== 1)
    steps.push((value, output) => piece.node('Reshape', [value, piece.ints([-1, ...inner])], {}, output));
  if (steps.length === 0) steps.push((value, output) => piece.node('Identity', [value], {}, output));
  steps.reduce((value, step, i) => step(value, i === steps.length - 1 ? name : undefined), rows);
}

/** [rows, columns] of text: each column by its own encoder. */
function textsFor(
  { piece, model, rows, features, freeTexts, texts }: Feeding,
  input: ValueDescription,
  columns: readonly number[],
  output: string | undefined,
): string {
  const text = (column: number, made?: string) => {
    const feature = features[column];
    if (feature?.kind === 'text') {
      const place = textPlaces(features).indexOf(column);
      return piece.node('Gather', [freeTexts, piece.ints([place])], { axis: 1 }, made);
    }
    const { categories = [] } = feature ?? {};
    if (feature === undefined || categories.length === 0)
      throw new DriftloopError(
        'MODEL_INVALID',
        `input ${input.name} takes texts, but feature '${feature?.name}' of the spec has no categories; name them as the model was trained with: ` +
          `{ "name": "${feature?.name}", "kind": "categorical", "categories": ["…", "…"] }; or, if it is free text, "kind": "text"`,
      );
    return categoryText(piece, model, rows, texts, { column, categories }, made);
  };
  const [first = 0, ...others] = columns;
  if (others.length === 0) return text(first, output);
  return piece.node(
    'Concat',
    columns.map((column) => text(column)),
    { axis: 1 },
    output,
  );
}

/** Positions of free texts in a row. */
function textPlaces(features: readonly Column[]): number[] {
  return features.flatMap(({ kind }, position) => (kind === 'text' ? [position] : []));
}

function isWhole(columns: readonly number[], width: number): boolean {
  return columns.length === width && columns.every((column, i) => column === i);
}

function symbolOf([first]: readonly ValueDescription[]): string {
  const rows = first?.dims?.[0];
  return typeof rows === 'string' ? rows : 'rows';
}

/**
 * What the file declares of its values, of those that were inputs too. Where an input had a fixed
 * number of rows, what is declared holds for these alone and is left out.
 */
function declarations(graph: GraphProto, inputs: readonly ValueDescription[], symbol: string) {
  const isFixed = inputs.some(({ dims }) => typeof dims?.[0] === 'number');
  const made = fedInputs(graph).filter(({ name }) => inputs.some((input) => input.name === name));
  if (!isFixed) return { valueInfo: [...graph.valueInfo, ...made], output: graph.output };
  const output = graph.output.map((value) => {
    const info = declaredInfo(value);
    if (info?.dims === undefined || typeof info.dims[0] !== 'number') return value;
    return createValueInfo(value.name, { type: info.type, dims: [symbol, ...info.dims.slice(1)] });
  });
  return { valueInfo: [], output };
}
