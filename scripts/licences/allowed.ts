/**
 * Licences under which driftloop, Apache-2.0 itself, may pass on what it stands on: all ask for
 * nothing but the notice. Whoever adds one has read it.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PSF-2.0',
  'Unlicense',
]);

/**
 * Whether an SPDX expression allows it: of an OR one side, of an AND both. Brackets are looked at
 * as far as they go around one of the two.
 */
export function isAllowed(expression: string): boolean {
  const text = expression.trim().replace(/^\(([^()]*)\)$/, '$1');
  if (/ OR /.test(text)) return text.split(' OR ').some(isAllowed);
  if (/ AND /.test(text)) return text.split(' AND ').every(isAllowed);
  return ALLOWED.has(text);
}
