import type { TObject } from 'typebox';

interface Property {
  readonly description?: string;
  readonly default?: unknown;
}

/** The settings of a service as a markdown table. */
export function settingsTable(schema: TObject): string {
  const rows = Object.entries(schema.properties as Record<string, Property>).map(([name, property]) => {
    const fallback =
      property.default === undefined
        ? 'required'
        : property.default === ''
          ? 'empty'
          : `\`${property.default}\``;
    return `| \`${name}\` | ${fallback} | ${property.description ?? ''} |`;
  });
  return ['| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
