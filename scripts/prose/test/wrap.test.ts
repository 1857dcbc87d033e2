import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrapComments } from '../comments.ts';
import { wrapMarkdown } from '../markdown.ts';

const LONG = `${'word '.repeat(30)}end.`;
const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));
const wordsOf = (text: string) => text.replace(/[*/\s]+/g, ' ').trim();

test('paragraphs and items of Markdown are wrapped, and say the same', () => {
  const text = `# Title ${LONG}\n\n${LONG}\nmore of it\n\n- ${LONG}\n  and on\n- short\n\n1. ${LONG}\n`;
  const wrapped = wrapMarkdown(text);
  assert.equal(wordsOf(wrapped), wordsOf(text));
  assert.equal(widest(wrapped.split('\n').slice(1).join('\n')) <= 100, true);
  assert.match(wrapped, /\n- word .*\n {2}word/);
  assert.match(wrapped, /\n1\. word .*\n {3}word/);
});

test('tables, code and what is short already stay as they are', () => {
  for (const text of [
    `| ${LONG} | ${LONG} |`,
    `\`\`\`\n${LONG}\n\`\`\``,
    `Text:\n\n    ${LONG}`,
    'a line\nand another',
  ])
    assert.equal(wrapMarkdown(text), text);
});

test('comments of TypeScript in Markdown are wrapped as they are in a file', () => {
  const code = `// ${LONG}\nrun();\n`;
  assert.equal(wrapMarkdown(`\`\`\`ts\n${code}\`\`\`\n`), `\`\`\`ts\n${wrapComments(code)}\`\`\`\n`);
  assert.equal(wrapMarkdown('```ts\n```\n'), '```ts\n```\n');
});

test('comments are wrapped where they stand, tags each on their own', () => {
  const source = `  /** ${LONG} @default 3 */\n  const a = '${LONG}';\n  // ${LONG}\n  // of two lines\n`;
  const wrapped = wrapComments(source);
  const comments = wrapped.split('\n').filter((line) => !line.includes('const'));
  assert.ok(widest(comments.join('\n')) <= 100);
  assert.match(wrapped, /^ {2}\/\*\*\n {3}\* word .*\n(?: {3}\* word.*\n)+ {3}\* @default 3\n {3}\*\/\n/);
  assert.match(wrapped, /\n {2}\/\/ word .*\n {2}\/\/ word .*of two lines\n/);
  assert.ok(wrapped.includes(`const a = '${LONG}';`));
});

test('what follows a tag hangs, and what speaks to a tool is left alone', () => {
  const wrapped = wrapComments(`/**\n * What it does.\n *\n * @throws ${LONG}\n */`);
  assert.match(wrapped, /\n \* @throws word .*\n \* {3}word/);
  const ignore = `// biome-ignore lint/suspicious/noExplicitAny: ${LONG}`;
  assert.equal(wrapComments(ignore), ignore);
});

test('code in backquotes and links are not parted', () => {
  const text = `${'x'.repeat(90)} \`npm test -- checks\` and {@link Something else}`;
  assert.match(wrapMarkdown(text), /\n`npm test -- checks` and/);
});

test('wrapping what is wrapped changes nothing', () => {
  const once = wrapMarkdown(`- ${LONG}\n\n${LONG}`);
  assert.equal(wrapMarkdown(once), once);
  const comment = wrapComments(`/** ${LONG} */`);
  assert.equal(wrapComments(comment), comment);
});
