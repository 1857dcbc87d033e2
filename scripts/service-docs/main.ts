/**
 * Writes the tables of docs/services/<service>.md: settings from the service's configuration schema
 * between the markers `<!-- settings -->` and `<!-- /settings -->`, metrics from what its meters.ts
 * registers between `<!-- metrics -->` and `<!-- /metrics -->`; and the settings of TLS and
 * credentials in docs/security.md. With --check it writes nothing and
 * fails when a page is stale or missing.
 */
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createMeters as createDriftMeters } from '@driftloop/drift-stages';
import type { TObject } from 'typebox';
import { withBlock } from './generated-block.ts';
import { type CreateMeters, metricsTable } from './metrics-table.ts';
import { securityTable, settingsTable } from './settings-table.ts';

const ROOT = new URL('../../', import.meta.url);
/** Services that are one drift stage, which counts for them. */
const DRIFT_SERVICES = ['concept-drift', 'data-drift', 'prediction-drift'];

const problems: string[] = [];
writeBlocks('docs/security.md', { settings: securityTable() });
for (const service of readdirSync(new URL('services/', ROOT)).sort()) {
  const config = sourceOf(service, 'config.ts');
  if (!existsSync(config)) continue;
  const { configSchema } = (await import(config.href)) as { configSchema: TObject };
  const createMeters = await metersOf(service);
  writeBlocks(`docs/services/${service}.md`, {
    settings: settingsTable(configSchema),
    ...(createMeters === undefined ? {} : { metrics: metricsTable(service, createMeters) }),
  });
}
for (const path of globSync('{services,packages}/*/src/**/*.ts', { cwd: fileURLToPath(ROOT) })) {
  if (path.endsWith('/meters.ts')) continue;
  if (/\bmetrics\.(counter|gauge|histogram)\(/.test(readFileSync(new URL(path, ROOT), 'utf8')))
    problems.push(`${path} registers a metric: do it in a meters.ts, which docs/services is made from.`);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function writeBlocks(path: string, blocks: Readonly<Record<string, string>>): void {
  const page = new URL(path, ROOT);
  const before = existsSync(page) ? readFileSync(page, 'utf8') : '';
  let after = before;
  for (const [name, table] of Object.entries(blocks)) {
    const written = withBlock(after, name, table);
    if (written === undefined)
      problems.push(
        `${path} has no block between <!-- ${name} --> and <!-- /${name} -->: add it, and run \`npm run generate\`.`,
      );
    after = written ?? after;
  }
  if (before === after) return;
  if (process.argv.includes('--check')) problems.push(`${path} is stale: run \`npm run generate\`.`);
  else writeFileSync(page, after);
}

async function metersOf(service: string): Promise<CreateMeters | undefined> {
  const meters = sourceOf(service, 'meters.ts');
  const own = existsSync(meters)
    ? ((await import(meters.href)) as { createMeters: CreateMeters }).createMeters
    : undefined;
  if (!DRIFT_SERVICES.includes(service)) return own;
  return (metrics) => {
    createDriftMeters(metrics);
    own?.(metrics);
  };
}

function sourceOf(service: string, file: string): URL {
  return new URL(`services/${service}/src/${file}`, ROOT);
}
