import { invalid, isObject, type JsonObject, scalarText } from './parse-body.ts';
import { isShape, rowsOf } from './tensors.ts';

/** Rows of a message of Seldon's own protocol. */
export interface SeldonRows {
  /** Empty where the message names no columns. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * `{"data": {"names": […], "ndarray": [[…]]}}` or with `"tensor": {"shape", "values"}`
 * (SeldonMessage, docs.seldon.io/projects/seldon-core/en/latest/reference/apis/prediction.html).
 *
 * @throws DriftloopError PAYLOAD_INVALID for other kinds of data
 */
export function seldonRows({ data }: JsonObject, what: 'request' | 'response'): SeldonRows {
  if (!isObject(data)) throw invalid(what, "has no object in 'data'");
  const names = Array.isArray(data.names) ? data.names.map((name: unknown) => scalarText(name) ?? '') : [];
  const { ndarray, tensor } = data;
  if (Array.isArray(ndarray))
    return { names, rows: ndarray.map((row: unknown) => (Array.isArray(row) ? row : [row])) };
  if (isObject(tensor) && isShape(tensor.shape) && Array.isArray(tensor.values))
    return { names, rows: rowsOf(tensor.values, tensor.shape, what, "'tensor' of 'data'") };
  throw invalid(what, "has neither 'ndarray' nor 'tensor' in 'data'; other data is no rows of columns");
}
