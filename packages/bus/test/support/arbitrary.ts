import fc from 'fast-check';

type Schema = string | readonly Schema[] | { readonly type: Schema; readonly [key: string]: unknown };

interface Field {
  readonly name: string;
  readonly type: Schema;
}

const floats = fc.array(fc.float(), { maxLength: 40 }).map((values) => Float32Array.from(values));

/** Values of an Avro schema as bus represents them. */
export function anyValue(schema: Schema): fc.Arbitrary<unknown> {
  if (typeof schema !== 'string') return anyComplexValue(schema);
  switch (schema) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'int':
      return fc.integer();
    case 'long':
      return fc.oneof(fc.integer(), fc.maxSafeInteger());
    case 'float':
      return fc.float();
    case 'double':
      return fc.double();
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 80 });
    case 'bytes':
      return fc.uint8Array({ maxLength: 60 });
    default:
      throw new Error(`no values for ${schema}`);
  }
}

function anyComplexValue(schema: Exclude<Schema, string>): fc.Arbitrary<unknown> {
  if (isUnion(schema)) return fc.oneof(...schema.map(anyValue));
  switch (schema.type) {
    case 'record':
      return fc.record(
        Object.fromEntries((schema.fields as Field[]).map(({ name, type }) => [name, anyValue(type)])),
        { noNullPrototype: true },
      );
    case 'enum':
      return fc.constantFrom(...(schema.symbols as string[]));
    case 'array':
      return schema.items === 'float' ? floats : fc.array(anyValue(schema.items as Schema), { maxLength: 4 });
    case 'map':
      return fc.dictionary(fc.string({ maxLength: 8 }), anyValue(schema.values as Schema), {
        maxKeys: 4,
        noNullPrototype: true,
      });
    default:
      return anyValue(schema.type);
  }
}

function isUnion(schema: Exclude<Schema, string>): schema is readonly Schema[] {
  return Array.isArray(schema);
}
