import { bareAddress, createFetch, type HttpSecurity } from '@driftloop/service';

const TIMEOUT_MS = 10_000;

/** The schema of an id, as JSON; undefined where the registry does not know it or is away. */
export type SchemaTexts = (id: number) => Promise<string | undefined>;

/** Asks the registry for each id once. */
export function schemaTexts(registryUrl: string, registrySecurity: HttpSecurity = {}): SchemaTexts {
  const { url, security } = bareAddress(registryUrl, registrySecurity);
  const ask = createFetch(security);
  const asked = new Map<number, Promise<string | undefined>>();
  const find = async (id: number): Promise<string | undefined> => {
    try {
      const answer = await ask(`${url}/schemas/ids/${id}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!answer.ok) return void (await answer.discard());
      const { schema } = (await answer.json()) as { readonly schema?: unknown };
      return typeof schema === 'string' ? schema : undefined;
    } catch {
      return undefined;
    }
  };
  return (id) => {
    const known = asked.get(id) ?? find(id);
    asked.set(id, known);
    return known;
  };
}
