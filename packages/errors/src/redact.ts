const HIDDEN = '***';
/**
 * What stands before the host, up to the last
 * @ of the authority; a password that was not escaped may hold a slash.
 */
const CREDENTIALS = /(:\/\/)(?:[^\s/?#"'<>]*|[^\s/?#"'<>@:]*:(?!\d*[/?#])[^\s"'<>@]*)@/g;
const SECRET_PARAMETER =
  /([?&](?:[\w-]*(?:password|passwd|secret|token|signature)|access_key|api_key|sasl)=)[^&\s"'#<>]*/gi;

/** Shorter ones would be found in words that are none. */
const SHORTEST_SECRET = 4;

/**
 * What this process has been given to keep to itself, also as it stands in JSON and in a URL. The
 * longest first: one that holds another is hidden whole.
 */
let secrets: readonly string[] = [];

/** Keeps a secret out of all that `redactUrls` lets through from now on. */
export function hideSecret(secret: string): void {
  if (secret.length < SHORTEST_SECRET) return;
  const written = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
  secrets = [...new Set([...secrets, ...written])].sort((a, b) => b.length - a.length);
}

/**
 * Text without secrets that this process was given, and without the credentials that stand in its
 * URLs: what is before the host, and parameters that are named like a secret. Everything that is
 * printed or logged and may hold an address passes through here.
 */
export function redactUrls(text: string): string {
  const bare = withoutSecrets(text);
  // Most text has no URL, and is as it was.
  if (!bare.includes('://')) return bare;
  return bare.replace(CREDENTIALS, `$1${HIDDEN}@`).replace(SECRET_PARAMETER, `$1${HIDDEN}`);
}

function withoutSecrets(text: string): string {
  let bare = text;
  for (const secret of secrets) if (bare.includes(secret)) bare = bare.replaceAll(secret, HIDDEN);
  return bare;
}
