/**
 * A page with its block between `<!-- name -->` and `<!-- /name -->` replaced; undefined where it
 * has none.
 */
export function withBlock(page: string, name: string, content: string): string | undefined {
  const block = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`);
  return block.test(page)
    ? page.replace(block, () => `<!-- ${name} -->\n${content}\n<!-- /${name} -->`)
    : undefined;
}
