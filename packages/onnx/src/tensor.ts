import { create } from '@bufbuild/protobuf';
import { DriftloopError } from '@driftloop/errors';
import { dataTypeOf, type ElementType, elementTypeOf } from './element-type.ts';
import { type TensorProto, TensorProto_DataLocation, TensorProtoSchema } from './generated/onnx_pb.js';

/** Bytes of an element, where its values can be read here. */
const BYTES: Partial<Record<ElementType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
};

/** Product of dims: the number of elements; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((count, dim) => count * dim, 1);
}

export function tensorDims(tensor: TensorProto): number[] {
  return tensor.dims.map(Number);
}

export function tensorType(tensor: TensorProto): ElementType {
  return elementTypeOf(tensor.dataType, `tensor ${tensor.name}`);
}

/** A float32 TensorProto. `data` has the product of dims many values. */
export function float32Tensor(name: string, dims: readonly number[], data: Float32Array): TensorProto {
  if (data.length !== elementCount(dims)) {
    throw new DriftloopError('GRAPH_INVALID', `tensor ${name}: ${data.length} values do not fill [${dims}]`);
  }
  return create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: dataTypeOf('float32'),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice(),
  });
}

/** An int64 TensorProto of safe integers. @param dims default: a vector */
export function int64Tensor(
  name: string,
  values: readonly number[],
  dims: readonly number[] = [values.length],
): TensorProto {
  const data = BigInt64Array.from(values, BigInt);
  return create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: dataTypeOf('int64'),
    rawData: new Uint8Array(data.buffer),
  });
}

/**
 * The values of a float32, float64 or float16 tensor as float32, wherever the file keeps them.
 * Throws MODEL_INVALID otherwise.
 */
export function tensorToFloat32(tensor: TensorProto): Float32Array {
  const type = tensorType(tensor);
  const raw = rawBytes(tensor, BYTES[type]);
  let values: Float32Array;
  if (type === 'float32') values = raw ? new Float32Array(raw) : Float32Array.from(tensor.floatData);
  else if (type === 'float64') values = Float32Array.from(raw ? new Float64Array(raw) : tensor.doubleData);
  else if (type === 'float16')
    values = Float32Array.from(raw ? new Uint16Array(raw) : tensor.int32Data, float16ToNumber);
  else throw invalid(tensor, `is ${type}, not a float type`);
  return checkLength(tensor, values);
}

/**
 * The values of an integer or boolean tensor as numbers, wherever the file keeps them. Throws
 * MODEL_INVALID otherwise.
 */
export function tensorToIntegers(tensor: TensorProto): number[] {
  const raw = rawBytes(tensor, BYTES[tensorType(tensor)]);
  return checkLength(tensor, raw ? integersFromRaw(tensor, raw) : integersFromFields(tensor));
}

function integersFromRaw(tensor: TensorProto, raw: ArrayBuffer): number[] {
  const type = tensorType(tensor);
  switch (type) {
    case 'int64':
      return Array.from(new BigInt64Array(raw), Number);
    case 'uint64':
      return Array.from(new BigUint64Array(raw), Number);
    case 'int32':
      return Array.from(new Int32Array(raw));
    case 'uint32':
      return Array.from(new Uint32Array(raw));
    case 'int16':
      return Array.from(new Int16Array(raw));
    case 'uint16':
      return Array.from(new Uint16Array(raw));
    case 'int8':
      return Array.from(new Int8Array(raw));
    case 'uint8':
    case 'bool':
      return Array.from(new Uint8Array(raw));
    default:
      throw invalid(tensor, `is ${type}, not an integer type`);
  }
}

function integersFromFields(tensor: TensorProto): number[] {
  const type = tensorType(tensor);
  if (type === 'int64') return tensor.int64Data.map(Number);
  if (type === 'uint64' || type === 'uint32') return tensor.uint64Data.map(Number);
  if (BYTES[type] === undefined || type.startsWith('float'))
    throw invalid(tensor, `is ${type}, not an integer type`);
  return [...tensor.int32Data];
}

/**
 * A copy of raw_data with an alignment that typed arrays accept, or undefined when the values are
 * in typed fields.
 */
function rawBytes(tensor: TensorProto, elementBytes = 1): ArrayBuffer | undefined {
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    throw invalid(tensor, 'is stored outside the file; save the model as one file');
  }
  const raw = tensor.rawData;
  if (raw.length === 0) return undefined;
  if (raw.length % elementBytes !== 0)
    throw invalid(tensor, `has ${raw.length} bytes, no multiple of ${elementBytes}`);
  const copy = new ArrayBuffer(raw.length);
  new Uint8Array(copy).set(raw);
  return copy;
}

function checkLength<T extends { readonly length: number }>(tensor: TensorProto, values: T): T {
  const expected = elementCount(tensorDims(tensor));
  if (values.length !== expected) throw invalid(tensor, `has ${values.length} values instead of ${expected}`);
  return values;
}

function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function invalid(tensor: TensorProto, what: string): DriftloopError {
  return new DriftloopError('MODEL_INVALID', `tensor ${tensor.name || '(unnamed)'} ${what}`);
}
