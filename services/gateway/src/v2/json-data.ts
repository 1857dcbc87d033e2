import { type Datatype, type Element, rangeOf } from './datatypes.ts';
import { elementsOf, invalid, type TensorHead } from './shape.ts';

/** Dimensions that are ever nested. */
const MOST_DEPTH = 16;

/**
 * The elements of a tensor whose data is JSON, flat or nested. null is a missing value.
 *
 * @throws DriftloopError REQUEST_INVALID where there are more or fewer than the shape says, or one
 *   is not of the datatype
 */
export function elementsOfJson(head: TensorHead, data: unknown): Element[] {
  const { name, datatype, shape } = head;
  if (!Array.isArray(data)) throw invalid(name, 'has no data: a list, flat or nested, or binary_data_size');
  const flat = (data.some(Array.isArray) ? data.flat(MOST_DEPTH) : data) as unknown[];
  const expected = elementsOf(shape);
  if (flat.length !== expected)
    throw invalid(name, `has ${flat.length} elements; its shape [${shape.join(', ')}] has ${expected}`);
  const isElement = checkOf(datatype);
  const wrong = flat.findIndex((element) => element !== null && !isElement(element));
  if (wrong >= 0)
    throw invalid(
      name,
      `has ${JSON.stringify(flat[wrong])} at ${wrong}, which is no ${datatype} (null is a missing value)`,
    );
  return flat as Element[];
}

function checkOf(datatype: Datatype): (element: unknown) => boolean {
  if (datatype === 'BYTES') return (element) => typeof element === 'string';
  if (datatype === 'BOOL') return (element) => typeof element === 'boolean';
  const range = rangeOf(datatype);
  if (range === undefined) return (element) => typeof element === 'number';
  // JSON numbers are doubles: bounds that a double does not hold are rounded to one beyond.
  const [least, most] = range.map(Number) as [number, number];
  return (element) =>
    typeof element === 'number' && Number.isInteger(element) && element >= least && element <= most;
}
