import { DriftloopError } from '@driftloop/errors';
import { TensorProto_DataType as DataType } from './generated/onnx_pb.js';

/** What the elements of a tensor are, named as in ONNX Runtime. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint64'
  | 'uint32'
  | 'uint16'
  | 'uint8'
  | 'bool'
  | 'string'
  // What follows may stand in files that are served. Nothing here reads its values.
  | 'bfloat16'
  | 'complex64'
  | 'complex128'
  | 'float8e4m3fn'
  | 'float8e4m3fnuz'
  | 'float8e5m2'
  | 'float8e5m2fnuz'
  | 'float8e8m0'
  | 'float6e2m3'
  | 'float6e3m2'
  | 'float4e2m1'
  | 'uint4'
  | 'int4'
  | 'uint2'
  | 'int2';

const DATA_TYPES: Readonly<Record<ElementType, DataType>> = {
  float32: DataType.FLOAT,
  float64: DataType.DOUBLE,
  float16: DataType.FLOAT16,
  int64: DataType.INT64,
  int32: DataType.INT32,
  int16: DataType.INT16,
  int8: DataType.INT8,
  uint64: DataType.UINT64,
  uint32: DataType.UINT32,
  uint16: DataType.UINT16,
  uint8: DataType.UINT8,
  bool: DataType.BOOL,
  string: DataType.STRING,
  bfloat16: DataType.BFLOAT16,
  complex64: DataType.COMPLEX64,
  complex128: DataType.COMPLEX128,
  float8e4m3fn: DataType.FLOAT8E4M3FN,
  float8e4m3fnuz: DataType.FLOAT8E4M3FNUZ,
  float8e5m2: DataType.FLOAT8E5M2,
  float8e5m2fnuz: DataType.FLOAT8E5M2FNUZ,
  float8e8m0: DataType.FLOAT8E8M0,
  float6e2m3: DataType.FLOAT6E2M3,
  float6e3m2: DataType.FLOAT6E3M2,
  float4e2m1: DataType.FLOAT4E2M1,
  uint4: DataType.UINT4,
  int4: DataType.INT4,
  uint2: DataType.UINT2,
  int2: DataType.INT2,
};

const ELEMENT_TYPES = new Map(
  (Object.keys(DATA_TYPES) as ElementType[]).map((type) => [DATA_TYPES[type] as number, type]),
);

/** Whole numbers of any width; true and false are 1 and 0. */
export const WHOLE_NUMBERS: ReadonlySet<ElementType> = new Set([
  'int64',
  'int32',
  'int16',
  'int8',
  'uint64',
  'uint32',
  'uint16',
  'uint8',
  'bool',
]);

/** The number that ONNX gives an element type. */
export function dataTypeOf(type: ElementType): DataType {
  return DATA_TYPES[type];
}

/**
 * The element type of an ONNX number. Throws MODEL_INVALID for one that ONNX had not when this was
 * written.
 */
export function elementTypeOf(dataType: number, where: string): ElementType {
  const type = ELEMENT_TYPES.get(dataType);
  if (type === undefined) {
    throw new DriftloopError(
      'MODEL_INVALID',
      `${where} has element type ${dataType}, which is not known; export it with another type`,
    );
  }
  return type;
}
