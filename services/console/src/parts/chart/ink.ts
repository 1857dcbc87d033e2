/** Colours that a canvas draws with, which style sheets do not reach. */
export interface Ink {
  readonly text: string;
  readonly grid: string;
  readonly blue: string;
  readonly green: string;
  readonly orange: string;
  readonly red: string;
  readonly grey: string;
  readonly grape: string;
}

const LIGHT: Ink = {
  text: '#495057',
  grid: '#e9ecef',
  blue: '#1971c2',
  green: '#2f9e44',
  orange: '#e8590c',
  red: '#c92a2a',
  grey: '#868e96',
  grape: '#9c36b5',
};
const DARK: Ink = {
  text: '#ced4da',
  grid: '#2f3237',
  blue: '#74c0fc',
  green: '#69db7c',
  orange: '#ffa94d',
  red: '#ff8787',
  grey: '#adb5bd',
  grape: '#e599f7',
};

/** The colours of a scheme. */
export function inkOf(scheme: 'light' | 'dark'): Ink {
  return scheme === 'light' ? LIGHT : DARK;
}
