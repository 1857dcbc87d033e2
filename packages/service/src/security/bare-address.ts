import type { HttpSecurity } from './parts.ts';

/** An HTTP address without its credentials, and how it is spoken to. */
export interface BareAddress {
  readonly url: string;
  readonly security: HttpSecurity;
}

/**
 * Splits `https://user:password@host/path`. What is not a URL stays as it is, and fails when it is
 * used.
 */
export function bareAddress(text: string, security: HttpSecurity = {}): BareAddress {
  if (!URL.canParse(text)) return { url: text, security };
  const url = new URL(text);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const bare = url.href.replace(/\/+$/, '');
  if (username === '' && password === '') return { url: bare, security };
  const inUrl = { username: unescaped(username), password: unescaped(password) };
  return { url: bare, security: { ...security, ...inUrl } };
}

/** A password with a percent sign that nobody has escaped is one that stands there as it is. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
