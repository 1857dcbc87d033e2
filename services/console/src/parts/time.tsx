import { ago, momentText } from './time-text.ts';

/** A moment in the reader's zone; ISO on hover. @param at epoch ms */
export function Moment({ at }: { readonly at: number }) {
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={iso}>
      {momentText(at)}
    </time>
  );
}

/** How long ago a moment was; ISO on hover. @param at epoch ms @param now epoch ms */
export function Ago({ at, now }: { readonly at: number; readonly now: number }) {
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={iso}>
      {ago(now - at)}
    </time>
  );
}
