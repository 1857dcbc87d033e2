/**
 * Writes what the Helm chart takes from the services' configuration schemas: which settings each
 * has (infra/helm/driftloop/files/settings.json) and what values are valid (values.schema.json).
 * With --check it writes nothing and fails where one is stale.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connectionConfig } from '@driftloop/service';
import type { TObject } from 'typebox';
import { type ServiceSettings, settingNames, valuesSchema } from './values-schema.ts';

const ROOT = new URL('../../', import.meta.url);
const CHART = new URL('infra/helm/driftloop/', ROOT);

const services: ServiceSettings = {};
for (const service of readdirSync(new URL('services/', ROOT)).sort()) {
  const config = new URL(`services/${service}/src/config.ts`, ROOT);
  if (!existsSync(config)) continue;
  services[service] = ((await import(config.href)) as { configSchema: TObject }).configSchema;
}

write('files/settings.json', settingNames({ ...services, prepare: connectionConfig }));
write('values.schema.json', valuesSchema(services));

function write(path: string, content: unknown): void {
  const file = new URL(path, CHART);
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  if (process.argv.includes('--check')) {
    console.error(`infra/helm/driftloop/${path} is stale: run \`npm run generate\`.`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
  }
}
