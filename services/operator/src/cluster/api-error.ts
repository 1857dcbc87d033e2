import { ApiException } from '@kubernetes/client-node';

/** Whether the API server says that there is no such thing. */
export function isAbsent(error: unknown): boolean {
  return error instanceof ApiException && error.code === 404;
}

/** What the API server said, in a sentence. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ApiException)) return error instanceof Error ? error.message : String(error);
  const text = typeof error.body === 'string' ? error.body : JSON.stringify(error.body);
  return `${error.code} ${messageIn(text) ?? text.slice(0, 300)}`;
}

function messageIn(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null || !('message' in body)) return undefined;
    return typeof body.message === 'string' ? body.message : undefined;
  } catch {
    return undefined;
  }
}
