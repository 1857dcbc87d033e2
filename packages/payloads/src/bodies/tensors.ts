import { invalid, isObject, type JsonObject } from './parse-body.ts';

/** A tensor of the Open Inference Protocol as rows of cells. */
export interface RowTensor {
  readonly name: string;
  /** Rows × columns; a tensor of one dimension has one column. */
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * The tensors of a body of v2: `inputs` of a request, `outputs` of a response.
 *
 * @throws DriftloopError PAYLOAD_INVALID for what has no JSON data or no rows
 */
export function tensorsOf(body: JsonObject, what: 'request' | 'response'): RowTensor[] {
  const list = body[what === 'request' ? 'inputs' : 'outputs'];
  if (!Array.isArray(list) || list.length === 0) throw invalid(what, 'has no tensors');
  return list.map((tensor: unknown) => {
    if (!isObject(tensor) || typeof tensor.name !== 'string')
      throw invalid(what, 'has a tensor without a name');
    const { name, shape, data } = tensor;
    if (!Array.isArray(data))
      throw invalid(
        what,
        `has no JSON data in tensor '${name}' (binary tensors are not logged with their sizes)`,
      );
    if (!isShape(shape)) throw invalid(what, `has no shape [rows, …] in tensor '${name}'`);
    return { name, rows: rowsOf(flat(data), shape, what, `tensor '${name}'`) };
  });
}

/**
 * Rows of a list of cells, row-major. Whatever the shape says, there are no more rows than cells.
 *
 * @throws DriftloopError PAYLOAD_INVALID where there are other cells than the shape says
 */
export function rowsOf(
  cells: readonly unknown[],
  shape: readonly [number, ...number[]],
  what: 'request' | 'response',
  where: string,
): unknown[][] {
  const [rows, ...inner] = shape;
  const width = inner.reduce((product, dim) => product * dim, 1);
  if (cells.length !== rows * width || (width === 0 && rows > 0))
    throw invalid(what, `has ${cells.length} values in ${where} of shape [${shape.join(', ')}]`);
  return Array.from({ length: rows }, (_, row) => cells.slice(row * width, (row + 1) * width));
}

/** Data of the protocol may be nested like the shape, or flat. */
function flat(data: readonly unknown[]): unknown[] {
  return data.flat(Number.POSITIVE_INFINITY);
}

/** Whether something is a shape that begins with a number of rows. */
export function isShape(shape: unknown): shape is [number, ...number[]] {
  return (
    Array.isArray(shape) &&
    shape.length > 0 &&
    shape.every((dim) => Number.isInteger(dim) && Number(dim) >= 0)
  );
}
