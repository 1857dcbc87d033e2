/**
 * Asks the registry for known holes in all packages that are run, the console's too, and fails
 * where one is high or critical and not among those of accepted.ts. Where the registry does not
 * answer it says so and holds: `skipped: …`.
 */
import { askPnpm } from '../licences/pnpm.ts';
import { ACCEPTED } from './accepted.ts';
import { judgeAudit } from './judge.ts';

const audit = judgeAudit(askPnpm('audit', '--json', '--prod'), ACCEPTED);
if ('unasked' in audit) {
  console.log(`skipped: the registry does not answer what holes are known: ${audit.unasked}`);
} else {
  for (const { name, versions, severity, title, url, patched } of audit.holes)
    console.error(
      `${name} ${versions.join(', ')} has a hole (${severity}): ${title}, ${url}. Take ${patched}, or read it and add it to scripts/audit/accepted.ts.`,
    );
  if (audit.holes.length > 0) process.exitCode = 1;
  else console.log('No hole is known that is high or critical.');
}
