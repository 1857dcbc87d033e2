import type { ReactNode } from 'react';

/**
 * What is wider than a small screen: it scrolls, by the keyboard, too.
 * @param label for who cannot see it
 */
export function Wide({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: reached by keyboard to be scrolled
    <section className="wide" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
