import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/**
 * A place in a syntax tree, as far as it is asked here. Stryker hands out Babel's and leaves its
 * type open.
 */
interface SyntaxPlace {
  readonly node: {
    readonly type: string;
    readonly key?: { readonly name?: string };
    readonly arguments?: unknown[];
  };
  readonly parentPath: SyntaxPlace | null;
}

declare module '@stryker-mutator/api/ignore' {
  interface NodePath extends SyntaxPlace {}
}

/** What a person reads: of it no test holds the words. */
const WORDED = new Set(['text', 'message', 'says', 'reason', 'meaning', 'hint']);

/**
 * Leaves out changes of prose: the message of an error and the sentences of a finding. Codes and
 * names stay in.
 */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'wording', {
    shouldIgnore({ node, parentPath }) {
      if (node.type !== 'StringLiteral' && node.type !== 'TemplateLiteral') return undefined;
      const parent = parentPath?.node;
      if (parent?.type === 'ObjectProperty' && WORDED.has(parent.key?.name ?? ''))
        return 'words of a finding';
      if (parent?.type === 'NewExpression' && (parent.arguments?.indexOf(node) ?? 0) > 0)
        return 'words of an error';
      return undefined;
    },
  }),
];
