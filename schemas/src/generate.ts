/**
 * Writes src/generated/records.ts from avro/*.avsc. With --check it writes nothing and fails when
 * the file is stale.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Schema = string | Schema[] | { [key: string]: unknown; type: Schema };
interface Field {
  name: string;
  type: Schema;
  doc?: string;
  /** The record may be written without the field, which then has its default. */
  optional?: boolean;
}

const AVRO = new URL('../avro/', import.meta.url);
const TARGET = new URL('./generated/records.ts', import.meta.url);
const PRIMITIVES: Record<string, string> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Uint8Array',
};

/**
 * Returns the TypeScript source for all topics: one type per named Avro type, and the map from
 * topic to record.
 */
export function generateRecords(): string {
  const declarations = new Map<string, string>();
  const topics: string[] = [];
  const schemas: string[] = [];
  for (const file of readdirSync(AVRO)
    .filter((name) => name.endsWith('.avsc'))
    .sort()) {
    const topic = file.slice(0, -'.avsc'.length);
    const schema = JSON.parse(readFileSync(new URL(file, AVRO), 'utf8')) as { name: string; type: Schema };
    typeOf(schema, declarations);
    topics.push(`  '${topic}': ${schema.name};`);
    schemas.push(`  '${topic}': ${JSON.stringify(JSON.stringify(schema))},`);
  }
  return [
    '// Generated from avro/*.avsc by `pnpm generate`. Do not edit.',
    ...declarations.values(),
    `/** The record type of each topic. */\nexport interface TopicRecords {\n${topics.join('\n')}\n}\n`,
    `/** The Avro schema of each topic, as JSON text. */\nexport const SCHEMAS: { readonly [T in keyof TopicRecords]: string } = {\n${schemas.join('\n')}\n};\n`,
  ].join('\n');
}

function typeOf(schema: Schema, declarations: Map<string, string>): string {
  if (typeof schema === 'string') return PRIMITIVES[schema] ?? schema;
  if (Array.isArray(schema)) return schema.map((branch) => typeOf(branch, declarations)).join(' | ');
  switch (schema.type) {
    case 'record': {
      const fields = (schema.fields as Field[]).map((field) => {
        const doc = field.doc ? `  /** ${field.doc} */\n` : '';
        const mark = field.optional ? '?' : '';
        return `${doc}  readonly ${field.name}${mark}: ${typeOf(field.type, declarations)};`;
      });
      const doc = schema.doc ? `/** ${schema.doc} */\n` : '';
      declarations.set(
        schema.name as string,
        `${doc}export interface ${schema.name} {\n${fields.join('\n')}\n}\n`,
      );
      return schema.name as string;
    }
    case 'enum': {
      const symbols = (schema.symbols as string[]).map((symbol) => `'${symbol}'`).join(' | ');
      declarations.set(schema.name as string, `export type ${schema.name} = ${symbols};\n`);
      return schema.name as string;
    }
    case 'array': {
      // Arrays of float are the hot path: the codec reads and writes them as one typed array.
      if (schema.items === 'float') return 'Float32Array';
      const item = typeOf(schema.items as Schema, declarations);
      return `readonly ${item.includes('|') ? `(${item})` : item}[]`;
    }
    case 'map':
      return `Readonly<Record<string, ${typeOf(schema.values as Schema, declarations)}>>`;
    default:
      return typeOf(schema.type, declarations);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const source = generateRecords();
  if (!process.argv.includes('--check')) {
    writeFileSync(TARGET, source);
  } else if (readFileSync(TARGET, 'utf8') !== source) {
    console.error('schemas/src/generated/records.ts is stale: run `pnpm generate` and commit the result.');
    process.exitCode = 1;
  }
}
