const HIDDEN = '***';
/**
 * What stands before the host, up to the last
 * @ of the authority; a password that was not escaped may hold a slash.
 */
const CREDENTIALS = /(:\/\/)(?:[^\s/?#"'<>]*|[^\s/?#"'<>@:]*:(?!\d*[/?#])[^\s"'<>@]*)@/g;
const SECRET_PARAMETER =
  /([?&](?:[\w-]*(?:password|passwd|secret|token|signature)|access_key|api_key|sasl)=)[^&\s"'#<>]*/gi;

/**
 * Text without the credentials that stand in its URLs: what is before the host, and parameters that
 * are named like a secret. Everything that is printed or logged and may hold an address passes
 * through here.
 */
export function redactUrls(text: string): string {
  // Most text has no URL, and is as it was.
  if (!text.includes('://')) return text;
  return text.replace(CREDENTIALS, `$1${HIDDEN}@`).replace(SECRET_PARAMETER, `$1${HIDDEN}`);
}
