import {
  type Dim,
  declaredInfo,
  type GraphProto,
  type TensorInfo,
  type ValueInfoProto,
} from '@driftloop/onnx';

/**
 * What a file declares of its values, for those behind operators that are not known, with the
 * input's rows under the symbol `batch`. Nothing where the input has a fixed number of rows: what
 * is declared then holds for these alone.
 */
export function declaredValues(
  graph: GraphProto,
  input: ValueInfoProto,
  batch: string,
): Map<string, TensorInfo> {
  const rows = declaredInfo(input)?.dims?.[0];
  if (typeof rows === 'number') return new Map();
  const renamed = (dim: Dim) => (dim === rows ? batch : dim);
  return new Map(
    [...graph.valueInfo, ...graph.output].flatMap((value) => {
      const info = declaredInfo(value);
      if (info === undefined) return [];
      return [[value.name, info.dims ? { ...info, dims: info.dims.map(renamed) } : info] as const];
    }),
  );
}
