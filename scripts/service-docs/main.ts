/**
 * Writes the table of settings in docs/services/<service>.md from the service's configuration schema, between the markers
 * `<!-- settings -->` and `<!-- /settings -->`. With --check it writes nothing and fails when a page is stale or missing.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { TObject } from 'typebox';

const ROOT = new URL('../../', import.meta.url);
const BLOCK = /<!-- settings -->[\s\S]*<!-- \/settings -->/;

interface Property {
  readonly description?: string;
  readonly default?: unknown;
}

/** The settings of a service as a markdown table. */
function settingsTable(schema: TObject): string {
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

const stale: string[] = [];
for (const service of readdirSync(new URL('services/', ROOT)).sort()) {
  const config = new URL(`services/${service}/src/config.ts`, ROOT);
  if (!existsSync(config)) continue;
  const page = new URL(`docs/services/${service}.md`, ROOT);
  const { configSchema } = (await import(config.href)) as { configSchema: TObject };
  const before = existsSync(page) ? readFileSync(page, 'utf8') : '';
  const block = `<!-- settings -->\n${settingsTable(configSchema)}\n<!-- /settings -->`;
  const after = before.replace(BLOCK, () => block);
  if (!BLOCK.test(before))
    stale.push(`docs/services/${service}.md has no block between <!-- settings --> and <!-- /settings -->`);
  else if (before !== after && process.argv.includes('--check'))
    stale.push(`docs/services/${service}.md is stale`);
  else if (before !== after) writeFileSync(page, after);
}
for (const problem of stale) console.error(`${problem}: run \`npm run generate\`.`);
process.exitCode = stale.length === 0 ? 0 : 1;
