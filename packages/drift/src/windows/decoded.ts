import type { WindowSketch } from '@driftloop/schemas';
import type { ContentKind } from '../content/content.ts';
import { unwrapSketch } from '../sketch/envelope.ts';

/**
 * What was decoded to see whether it can be taken, by the window's part of a chunk: it is mostly
 * taken at once, or soon.
 */
const DECODED = new WeakMap<WindowSketch, unknown>();

/** Decodes the rows of a window of a chunk. @param isSoon whether they are taken next, or nearly */
export function decodeRows<C>(
  window: WindowSketch,
  kind: ContentKind<C>,
  isSoon: boolean,
): { readonly lengthMs: number; readonly content: C } {
  const { lengthMs, bytes } = unwrapSketch(window.sketch);
  const content = kind.decode(bytes, window.version);
  if (isSoon) DECODED.set(window, content);
  return { lengthMs, content };
}

/** The rows of a window of a chunk, for whoever may change them: the next call decodes anew. */
export function takeRows<C>(window: WindowSketch, kind: ContentKind<C>): C {
  const known = DECODED.get(window) as C | undefined;
  DECODED.delete(window);
  return known ?? kind.decode(unwrapSketch(window.sketch).bytes, window.version);
}
