import { wrapComments } from './comments.ts';
import { fill, WIDTH } from './fill.ts';

const FENCE = /^\s*(?:```|~~~)/;
/** Tables, headings, HTML, link definitions, rules: their lines stay as they are. */
const WHOLE_LINE = /^\s*(?:\||#{1,6} |<|\[[^\]]+\]:|(?:-{3,}|={3,})\s*$)/;
const ITEM = /^(\s*)((?:[-*+]|\d+[.)])\s+)/;

/**
 * Wraps the paragraphs and list items of Markdown that have a line that is too long, and the
 * comments of TypeScript in it; all else stays as it is.
 */
export function wrapMarkdown(text: string): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  /** Lines of the code that is between fences. */
  let code: string[] | undefined;
  let isTypeScript = false;
  const flush = () => {
    out.push(...wrapParagraph(paragraph));
    paragraph = [];
  };
  for (const line of text.split('\n')) {
    const isFence = FENCE.test(line);
    if (code && !isFence) {
      code.push(line);
      continue;
    }
    if (code?.length) out.push(...(isTypeScript ? wrapComments(code.join('\n')).split('\n') : code));
    const isWhole = /^ {4}/.test(line) && paragraph.length === 0;
    if (isFence || isWhole || line.trim() === '' || WHOLE_LINE.test(line)) {
      flush();
      out.push(line);
      if (isFence) code = code ? undefined : [];
      isTypeScript = /^```(?:ts|typescript)\b/.test(line);
      continue;
    }
    if (ITEM.test(line)) flush();
    paragraph.push(line);
  }
  flush();
  if (code) out.push(...code);
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
