import { fill, WIDTH } from './fill.ts';

const FENCE = /^\s*(?:```|~~~)/;
/** Tables, headings, HTML, link definitions, rules: their lines stay as they are. */
const WHOLE_LINE = /^\s*(?:\||#{1,6} |<|\[[^\]]+\]:|(?:-{3,}|={3,})\s*$)/;
const ITEM = /^(\s*)((?:[-*+]|\d+[.)])\s+)/;

/**
 * Wraps the paragraphs and list items of Markdown that have a line that is too long; all else stays
 * as it is.
 */
export function wrapMarkdown(text: string): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  let isFenced = false;
  const flush = () => {
    out.push(...wrapParagraph(paragraph));
    paragraph = [];
  };
  for (const line of text.split('\n')) {
    const isFence = FENCE.test(line);
    if (isFence) isFenced = !isFenced;
    const isCode = isFenced || isFence || (/^ {4}/.test(line) && paragraph.length === 0);
    if (isCode || line.trim() === '' || WHOLE_LINE.test(line)) {
      flush();
      out.push(line);
      continue;
    }
    if (ITEM.test(line)) flush();
    paragraph.push(line);
  }
  flush();
  return out.join('\n');
}

function wrapParagraph(lines: readonly string[]): string[] {
  const [first = ''] = lines;
  // Two blanks at the end of a line part it in Markdown.
  if (!lines.some((line) => line.length > WIDTH) || lines.some((line) => /\S {2,}$/.test(line)))
    return [...lines];
  const item = ITEM.exec(first);
  const indent = item ? `${item[1]}${item[2]}` : (/^\s*/.exec(first)?.[0] ?? '');
  const words = [first.slice(indent.length), ...lines.slice(1).map((line) => line.trim())].join(' ');
  return fill(words, indent, ' '.repeat(indent.length));
}
