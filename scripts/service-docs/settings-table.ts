import { securityConfig } from '@driftloop/service';
import Type, { type TObject } from 'typebox';

interface Property {
  readonly description?: string;
  readonly default?: unknown;
  readonly file?: boolean;
}

/** The settings of a service as a markdown table; those of TLS and credentials have a page. */
export function settingsTable(schema: TObject): string {
  const own = Object.entries(schema.properties as Record<string, Property>).filter(
    ([name]) => !Object.hasOwn(securityConfig, name),
  );
  const rows = own.map(([name, property]) => {
    const fallback =
      property.default === undefined
        ? 'required'
        : property.default === ''
          ? 'empty'
          : `\`${property.default}\``;
    const file = property.file ? ` Or the file of \`${name}_FILE\`.` : '';
    return `| \`${name}\` | ${fallback} | ${property.description ?? ''}${file} |`;
  });
  const table = ['| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  return `${table}\n\nAnd those of TLS and credentials: [security.md](../security.md#settings).`;
}

/** The settings of TLS and credentials as a markdown table. */
export function securityTable(): string {
  const properties = Type.Object(securityConfig).properties as Record<string, Property>;
  const rows = Object.entries(properties).map(
    ([name, { description = '', file = false }]) =>
      `| \`${name}\` | ${file ? '`_FILE` too' : ''} | ${description} |`,
  );
  return ['| setting | from a file | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
