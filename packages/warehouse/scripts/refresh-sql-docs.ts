/**
 * Runs every
 * ```sql block of docs/sql.md against the ClickHouse of CLICKHOUSE_URL and puts what it answers into the ```text
 * block after it. Play the demo first, then: node packages/warehouse/scripts/refresh-sql-docs.ts
 * [database]
 */
import { readFile, writeFile } from 'node:fs/promises';

const PAGE = new URL('../../../docs/sql.md', import.meta.url);
const EXAMPLE = /```sql\n([\s\S]*?)```\n\n```text\n[\s\S]*?```/g;

const url = process.env.CLICKHOUSE_URL;
const database = process.argv[2] ?? 'driftloop';
if (url === undefined)
  throw new Error('Set CLICKHOUSE_URL to the ClickHouse that holds the run to be shown.');

async function answerOf(sql: string): Promise<string> {
  const query = `${sql.replaceAll('driftloop.', `${database}.`)}\nFORMAT PrettyCompactMonoBlock`;
  const settings = new URLSearchParams({
    output_format_pretty_row_numbers: '0',
    output_format_pretty_color: '0',
  });
  const response = await fetch(`${url}/?${settings}`, { method: 'POST', body: query });
  const text = await response.text();
  if (!response.ok) throw new Error(`${sql}\n${text}`);
  return text.trimEnd();
}

let page = await readFile(PAGE, 'utf8');
for (const [block, sql = ''] of page.matchAll(EXAMPLE)) {
  const refreshed = `\`\`\`sql\n${sql}\`\`\`\n\n\`\`\`text\n${await answerOf(sql.trim().replace(/;$/, ''))}\n\`\`\``;
  page = page.replace(block, () => refreshed);
}
await writeFile(PAGE, page);
