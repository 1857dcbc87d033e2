/** The registry's address without its credentials, and the credentials. */
export interface RegistryAddress {
  readonly url: string;
  readonly auth?: { readonly username: string; readonly password: string };
}

/**
 * Splits `https://user:password@host/path`. What is not a URL stays as it is, and fails when it is
 * used.
 */
export function registryAddress(text: string): RegistryAddress {
  if (!URL.canParse(text)) return { url: text };
  const url = new URL(text);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const bare = url.href.replace(/\/+$/, '');
  if (username === '') return { url: bare };
  return {
    url: bare,
    auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
  };
}
