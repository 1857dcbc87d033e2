/** The width that prose is wrapped at, in comments and in Markdown. */
export const WIDTH = 100;

/**
 * Lays words out in lines of at most {@link WIDTH} characters; a word that is longer has a line of
 * its own.
 *
 * @param first what the first line begins with
 * @param rest what the others begin with
 */
export function fill(text: string, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of wordsOf(text)) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  lines.push(line);
  return lines;
}

/**
 * Words, with what must not be parted in one: code in backquotes and the text and target of a link.
 */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let isOpen = false;
  for (const part of text.trim().split(/\s+/)) {
    if (isOpen) words[words.length - 1] += ` ${part}`;
    else words.push(part);
    const whole = words.at(-1) as string;
    isOpen = count(whole, '`') % 2 === 1 || count(whole, '{@link') > count(whole, '}');
  }
  // Where a backquote is never closed it is a character like another.
  return isOpen ? text.trim().split(/\s+/) : words;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
