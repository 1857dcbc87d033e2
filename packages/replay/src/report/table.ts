import { escaped } from './text.ts';

/** A table of texts; columns whose heading begins with # hold numbers. */
export function htmlTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const kind = (i: number) => (headings[i]?.startsWith('#') ? ' class="n"' : '');
  const head = headings.map((heading, i) => `<th${kind(i)}>${escaped(heading.replace(/^#/, ''))}</th>`);
  const body = rows.map(
    (row) => `<tr>${row.map((cell, i) => `<td${kind(i)}>${escaped(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** A figure that is large, and what it is. */
export function tile(value: string, what: string): string {
  return `<div class="tile"><b>${escaped(value)}</b><span>${escaped(what)}</span></div>`;
}

/** A whole page without anything from elsewhere. */
export function htmlPage(title: string, style: string, parts: readonly string[]): string {
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title><style>${style}</style></head><body>\n${parts.join('\n')}\n</body></html>\n`;
}
