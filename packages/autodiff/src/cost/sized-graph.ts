import {
  type Dim,
  declaredInfo,
  fedInputs,
  GraphBuilder,
  graphOf,
  type NodeProto,
  opsetOf,
  parseModel,
} from '@driftloop/onnx';

/** A graph whose values' sizes are known for a number of rows. */
export interface SizedGraph {
  readonly nodes: readonly NodeProto[];
  /** Initializers and inputs that have no batch dimension: what is held whatever the rows. */
  readonly constants: readonly string[];
  readonly outputs: readonly string[];
  /** Dims of a value with the batch filled in; undefined when they are not known. */
  dims(value: string, rows: number): number[] | undefined;
  /** Bytes of a value; 0 when its size is not known. */
  bytes(value: string, rows: number): number;
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int64: 8, int32: 4, bool: 1, float64: 8 };

/**
 * Sizes of everything in an ONNX file whose inputs have the batch as their first dim, under the
 * symbol `batch`.
 */
export function sizeGraph(bytes: Uint8Array): SizedGraph {
  const model = parseModel(bytes);
  const graph = graphOf(model);
  const builder = new GraphBuilder({ name: 'sized', opset: opsetOf(model) });
  const symbols = new Set<Dim>();
  const constants: string[] = graph.initializer.map((tensor) => builder.initializer(tensor));
  for (const input of fedInputs(graph)) {
    const info = declaredInfo(input);
    const [first, ...rest] = info?.dims ?? [];
    if (typeof first === 'string') symbols.add(first);
    builder.input(
      input.name,
      info?.type ?? 'float32',
      info?.dims && (first === undefined ? [] : [first, ...rest]),
    );
    if (typeof first !== 'string') constants.push(input.name);
  }
  builder.reserve(graph.node.flatMap((node) => node.output));
  for (const node of graph.node) builder.append(node);

  const dims = (value: string, rows: number) => {
    const sizes = builder.infoIfKnown(value)?.dims?.map((dim) => (symbols.has(dim) ? rows : dim));
    return sizes?.every((size): size is number => typeof size === 'number') ? sizes : undefined;
  };
  return {
    nodes: graph.node,
    constants,
    outputs: graph.output.map(({ name }) => name),
    dims,
    bytes(value, rows) {
      const width = BYTES[builder.infoIfKnown(value)?.type ?? ''] ?? 4;
      return (dims(value, rows) ?? [0]).reduce((product, size) => product * size, width);
    },
  };
}
