import { fill, WIDTH } from './fill.ts';

/**
 * Begins a paragraph of its own inside a comment: a tag, an item of a list, a line of a table or of
 * code.
 */
const OWN = /^(?:@\w+|[-*+] |\d+\. |\||```| {3,})/;

/**
 * Wraps the comments of TypeScript that have lines of their own and are too wide; code stays as it
 * is.
 */
export function wrapComments(source: string): string {
  const lines = source.split('\n');
  const out: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const end = endOfComment(lines, at);
    const comment = lines.slice(at, Math.max(end, at + 1));
    at += comment.length;
    const isWide = end > 0 && comment.some((line) => line.length > WIDTH);
    out.push(...(isWide ? wrapComment(comment) : comment));
  }
  return out.join('\n');
}

/** The line behind a comment that begins at a line; 0 where none does. */
function endOfComment(lines: readonly string[], at: number): number {
  const start = lines[at]!.trimStart();
  if (start.startsWith('/*')) {
    const last = lines.findIndex((line, i) => i >= at && line.includes('*/'));
    return last >= 0 && lines[last]!.trimEnd().endsWith('*/') ? last + 1 : 0;
  }
  if (!isProseLine(start)) return 0;
  let end = at;
  while (end < lines.length && isProseLine(lines[end]!.trimStart())) end++;
  return end;
}

/** Not what speaks to a tool. */
function isProseLine(line: string): boolean {
  return line.startsWith('// ') && !/^\/\/ (?:biome-ignore|@ts-|#)/.test(line);
}

function wrapComment(lines: readonly string[]): string[] {
  const indent = /^\s*/.exec(lines[0]!)![0];
  if (lines[0]!.trimStart().startsWith('//')) {
    return wrapParagraphs(
      lines.map((line) => line.trimStart().slice(3)),
      `${indent}// `,
    );
  }
  const open = lines[0]!.trimStart().startsWith('/**') ? '/**' : '/*';
  const inner = lines.map((line, i) => {
    let text = line.trim();
    if (i === 0) text = text.slice(open.length);
    if (i === lines.length - 1) text = text.replace(/\s*\*\/$/, '');
    return i === 0 ? text.trim() : text.replace(/^\* ?/, '');
  });
  while (inner.length > 0 && inner[0]!.trim() === '') inner.shift();
  while (inner.length > 0 && inner.at(-1)!.trim() === '') inner.pop();
  const tag = inner.length === 1 ? inner[0]!.indexOf(' @') : -1;
  // A tag behind the sentence of a one-line comment gets a line of its own.
  const parts = tag > 0 ? [inner[0]!.slice(0, tag), inner[0]!.slice(tag + 1)] : inner;
  return [`${indent}${open}`, ...wrapParagraphs(parts, `${indent} * `), `${indent} */`];
}

function wrapParagraphs(lines: readonly string[], prefix: string): string[] {
  const out: string[] = [];
  let paragraph: string[] = [];
  let isFenced = false;
  const flush = () => {
    if (paragraph.length > 0) out.push(...wrapParagraph(paragraph, prefix));
    paragraph = [];
  };
  for (const line of lines) {
    const isFence = line.startsWith('```');
    if (isFence) isFenced = !isFenced;
    if (isFenced || isFence || line.trim() === '' || (/^ {3,}\S/.test(line) && paragraph.length === 0)) {
      flush();
      out.push(`${prefix}${line}`.trimEnd());
      continue;
    }
    if (OWN.test(line) && !(paragraph.length > 0 && /^ {2,}/.test(line))) flush();
    paragraph.push(line);
  }
  flush();
  return out;
}

function wrapParagraph(lines: readonly string[], prefix: string): string[] {
  if (!lines.some((line) => prefix.length + line.length > WIDTH))
    return lines.map((line) => `${prefix}${line}`.trimEnd());
  const isOwn = OWN.test(lines[0]!);
  const hang = isOwn ? (/^\s+/.exec(lines[1] ?? '')?.[0] ?? '  ') : '';
  return fill(lines.map((line) => line.trim()).join(' '), prefix, `${prefix}${hang}`);
}
