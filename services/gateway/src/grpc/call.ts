import { DriftloopError } from '@driftloop/errors';
import type { Tensor } from '../v2/datatypes.ts';
import type { InferCall, InferResult } from '../v2/infer.ts';
import type { Parameters } from '../v2/parameters.ts';
import { bytesOfElements, elementsOfBytes } from '../v2/raw-data.ts';
import { headOf, type TensorHead } from '../v2/shape.ts';
import { contentsOf, elementsOfContents } from './contents.ts';
import type { InferParameters, ModelInferRequest, ModelInferResponse } from './messages.ts';

/**
 * What a message asks for.
 *
 * @throws DriftloopError REQUEST_INVALID
 */
export function callOf(request: ModelInferRequest): InferCall {
  const { inputs, raw_input_contents: raw } = request;
  if (raw.length > 0 && raw.length !== inputs.length)
    throw new DriftloopError(
      'REQUEST_INVALID',
      `raw_input_contents has ${raw.length} tensors, inputs ${inputs.length}: send raw bytes for all of them or for none.`,
    );
  return {
    model: request.model_name,
    version: request.model_version,
    parameters: parametersOf(request.parameters),
    inputs: inputs.map((input, index): Tensor => {
      const head: TensorHead = headOf(input.name, input.datatype, input.shape.map(Number));
      const bytes = raw[index];
      const data =
        bytes === undefined ? elementsOfContents(head, input.contents ?? {}) : elementsOfBytes(head, bytes);
      return { ...head, data };
    }),
    outputs: request.outputs.map(({ name }) => name),
  };
}

/** What is answered: raw bytes to whoever sent raw bytes. */
export function responseOf(result: InferResult, request: ModelInferRequest): ModelInferResponse {
  const isRaw = request.raw_input_contents.length > 0;
  return {
    model_name: request.model_name,
    model_version: result.version,
    id: request.id,
    parameters: Object.fromEntries(
      Object.entries(result.parameters).map(([name, text]) => [name, { string_param: text }]),
    ),
    outputs: result.outputs.map((tensor) => ({
      name: tensor.name,
      datatype: tensor.datatype,
      shape: tensor.shape.map(String),
      ...(isRaw ? {} : { contents: contentsOf(tensor) }),
    })),
    raw_output_contents: isRaw ? result.outputs.map(bytesOfElements) : [],
  };
}

function parametersOf(parameters: InferParameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { parameter_choice, ...values }]) => {
      const value = parameter_choice === undefined ? undefined : values[parameter_choice];
      const isWhole = parameter_choice === 'int64_param' || parameter_choice === 'uint64_param';
      return [name, isWhole ? Number(value) : value];
    }),
  );
}
