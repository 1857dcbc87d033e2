/**
 * `npm run sbom`: what the image of the services holds of others' packages, those in the console's
 * bundle too, as CycloneDX JSON, from the lockfile. A path behind `--` is where to write it;
 * without one it is printed.
 */
import { writeFileSync } from 'node:fs';
import { runPnpm } from '../licences/pnpm.ts';

const [path] = process.argv.slice(2);
const parts = [
  '--prod',
  '--no-optional',
  '--filter-prod',
  '{./services/*}...',
  '--filter-prod',
  '{./cli}...',
];
const sbom = runPnpm(
  'sbom',
  '--lockfile-only',
  '--sbom-format',
  'cyclonedx',
  '--sbom-type',
  'application',
  ...parts,
);
if (path === undefined) {
  console.log(sbom.trimEnd());
} else {
  writeFileSync(path, sbom);
  const { components } = JSON.parse(sbom) as { components: unknown[] };
  console.log(`${path}: ${components.length} packages.`);
}
