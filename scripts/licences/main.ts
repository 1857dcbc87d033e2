/**
 * Lists the licences of everything that is installed to be run, and fails where one is not among
 * those of allowed.ts. With --json it prints every package with its licence.
 */
import { isAllowed } from './allowed.ts';
import { runPnpm } from './pnpm.ts';

interface Licensed {
  readonly name: string;
  readonly versions: readonly string[];
}

const byLicence = JSON.parse(runPnpm('licenses', 'list', '--json', '--prod', '--recursive')) as Record<
  string,
  readonly Licensed[]
>;
const rows = Object.entries(byLicence).flatMap(([licence, packages]) =>
  packages.map(({ name, versions }) => ({ name, versions, licence })),
);
const refused = rows.filter(({ licence }) => !isAllowed(licence));
if (process.argv.includes('--json')) {
  console.log(JSON.stringify(rows));
} else {
  for (const [licence, packages] of Object.entries(byLicence).sort())
    console.log(`${packages.length}\t${licence}`);
}
for (const { name, versions, licence } of refused)
  console.error(
    `${name} ${versions.join(', ')} is under ${licence}: read it, and add it to scripts/licences/allowed.ts or do without.`,
  );
if (refused.length > 0 || rows.length === 0) process.exitCode = 1;
