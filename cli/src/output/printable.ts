/** What a terminal obeys: control characters but tab and line break, of both sets. */
const CONTROL = /(?![\n\t])\p{Cc}/gu;

/**
 * Text that somebody else wrote (an id, a reason, a log's line), with what a terminal would obey
 * instead of showing it as JSON writes it: `\u001b`.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
