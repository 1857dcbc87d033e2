import { endianness } from 'node:os';
import avsc, { type Type } from 'avsc';
import { isRecordType, type TypeOptions } from './avsc-internals.ts';
import { BoundedArrayType, BoundedMapType, ByteArrayType, TypedUnionType } from './bounded-types.ts';
import { FloatArrayType } from './float-array-type.ts';
import { SafeLongType } from './safe-long-type.ts';
import { TextType } from './text-type.ts';

/**
 * Builds the avsc type of a schema with driftloop's representations: `array<float>` is
 * Float32Array, `bytes` is Uint8Array, longs are numbers (an error beyond 2^53), logical types are
 * their underlying numbers, strings are valid text (an error where they are not), and values are
 * plain objects. What is read cannot loop or allocate beyond the size of its input.
 *
 * @param schema Avro schema as JSON text
 * @throws Error if the schema is not valid Avro
 */
export function avroType(schema: string): Type {
  if (endianness() !== 'LE')
    throw new Error('Avro floats are read as they lie in memory: little-endian machines only.');
  const type = avsc.Type.forSchema(JSON.parse(schema), { omitRecordMethods: true, typeHook: ownType });
  makePlain(type, new Set());
  return type;
}

function ownType(schema: unknown, options: TypeOptions): Type | undefined {
  if (schema === 'bytes') return new ByteArrayType();
  if (schema === 'long') return new SafeLongType();
  if (schema === 'string') return new TextType();
  if (typeof schema !== 'object' || schema === null) return undefined;
  if (Array.isArray(schema)) {
    try {
      return new TypedUnionType(schema, options);
    } catch {
      return undefined; // branches that look alike in JavaScript: avsc wraps them
    }
  }
  if (!('type' in schema)) return undefined;
  if (schema.type === 'bytes') return new ByteArrayType();
  if (schema.type === 'long') return new SafeLongType();
  if (schema.type === 'string') return new TextType();
  if (schema.type === 'map') return new BoundedMapType(schema, options);
  if (schema.type === 'array') {
    return 'items' in schema && schema.items === 'float'
      ? new FloatArrayType(schema, options)
      : new BoundedArrayType(schema, options);
  }
  return undefined;
}

/** Records are made by constructors, for speed; they need no prototype of their own. */
function makePlain(type: Type, seen: Set<Type>): void {
  if (seen.has(type)) return;
  seen.add(type);
  if (isRecordType(type)) {
    type.recordConstructor.prototype = Object.prototype;
    for (const field of type.fields) makePlain(field.type, seen);
  }
  if ('itemsType' in type && avsc.Type.isType(type.itemsType)) makePlain(type.itemsType as Type, seen);
  if ('valuesType' in type && avsc.Type.isType(type.valuesType)) makePlain(type.valuesType as Type, seen);
  if ('types' in type && Array.isArray(type.types)) for (const branch of type.types) makePlain(branch, seen);
}
