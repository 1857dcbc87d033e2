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
  | 'string';

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
};

const ELEMENT_TYPES = new Map(
  (Object.keys(DATA_TYPES) as ElementType[]).map((type) => [DATA_TYPES[type] as number, type]),
);

/** The number that ONNX gives an element type. */
export function dataTypeOf(type: ElementType): DataType {
  return DATA_TYPES[type];
}

/** The element type of an ONNX number. Throws MODEL_INVALID for types that driftloop does not know (complex, 8-bit floats). */
export function elementTypeOf(dataType: number, where: string): ElementType {
  const type = ELEMENT_TYPES.get(dataType);
  if (type === undefined) {
    throw new DriftloopError(
      'MODEL_INVALID',
      `${where} has element type ${dataType}, which is not supported`,
    );
  }
  return type;
}
