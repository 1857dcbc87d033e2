/**
 * Wraps prose at 100 columns: Markdown, and comments that have lines of their own. `--check` says
 * which files are not.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wrapComments } from './comments.ts';
import { wrapMarkdown } from './markdown.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const isCheck = process.argv.includes('--check');

const listed = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.md', '*.ts'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
);
const wrong: string[] = [];
for (const file of listed.trim().split('\n')) {
  if (file.includes('/generated/')) continue;
  const path = join(ROOT, file);
  const text = readFileSync(path, 'utf8');
  const wrapped = file.endsWith('.md') ? wrapMarkdown(text) : wrapComments(text);
  if (wrapped === text) continue;
  wrong.push(file);
  if (!isCheck) writeFileSync(path, wrapped);
}
for (const file of wrong) console.log(isCheck ? `${file}: prose is wider than 100 columns` : file);
if (isCheck && wrong.length > 0) {
  console.log('npm run format wraps it.');
  process.exitCode = 1;
}
