import type { Tensor } from '../../v2/datatypes.ts';
import type { InferCall, InferResult } from '../../v2/infer.ts';
import { elementsOfJson } from '../../v2/json-data.ts';
import { bytesOfElements, elementsOfBytes } from '../../v2/raw-data.ts';
import { headOf, invalid } from '../../v2/shape.ts';
import type { InferAnswer, InferBody } from './bodies.ts';

/**
 * What a body asks for.
 *
 * @param binary what follows the JSON: the data of tensors with `binary_data_size`, in their order
 * @throws DriftloopError REQUEST_INVALID
 */
export function callOf(
  body: InferBody,
  binary: Buffer,
): Pick<InferCall, 'parameters' | 'inputs' | 'outputs'> {
  let at = 0;
  const inputs = body.inputs.map((input): Tensor => {
    const head = headOf(input.name, input.datatype, input.shape);
    const size = input.parameters?.binary_data_size;
    if (size === undefined) return { ...head, data: elementsOfJson(head, input.data) };
    if (!Number.isInteger(size) || Number(size) < 0 || at + Number(size) > binary.length)
      throw invalid(
        input.name,
        `has binary_data_size ${size}, but ${binary.length - at} bytes are left of the body`,
      );
    const bytes = binary.subarray(at, at + Number(size));
    at += Number(size);
    return { ...head, data: elementsOfBytes(head, bytes) };
  });
  if (at < binary.length)
    throw invalid(
      body.inputs.at(-1)?.name ?? '',
      `is the last, and ${binary.length - at} bytes of the body belong to none`,
    );
  return {
    parameters: body.parameters ?? {},
    inputs,
    outputs: (body.outputs ?? []).map(({ name }) => name),
  };
}

/** An answer, and the bytes of the outputs that were asked for as such. */
export interface Written {
  readonly answer: InferAnswer;
  readonly binary: readonly Buffer[];
}

/**
 * Writes what was answered: as JSON, or as bytes where the call says so, for all outputs or for
 * one.
 */
export function answerOf(result: InferResult, model: string, body: InferBody): Written {
  const binary: Buffer[] = [];
  const outputs = result.outputs.map((tensor) => {
    const { name, datatype } = tensor;
    const head = { name, shape: [...tensor.shape], datatype };
    if (!isBinary(name, body)) return { ...head, data: Array.from(tensor.data) };
    const bytes = bytesOfElements(tensor);
    binary.push(bytes);
    return { ...head, parameters: { binary_data_size: bytes.length } };
  });
  return {
    answer: {
      model_name: model,
      model_version: result.version,
      ...(body.id === undefined ? {} : { id: body.id }),
      parameters: { ...result.parameters },
      outputs,
    },
    binary,
  };
}

function isBinary(output: string, { outputs = [], parameters = {} }: InferBody): boolean {
  const own = outputs.find(({ name }) => name === output)?.parameters?.binary_data;
  return (own ?? parameters.binary_data_output) === true;
}
