/**
 * Writes the types of the console's client from the OpenAPI document of the gateway. With --check
 * it writes nothing and fails when they are stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const ROOT = new URL('../../', import.meta.url);
const TARGET = new URL('services/console/src/api/generated/gateway.ts', ROOT);
const HEAD =
  '// Made by scripts/console-client from the OpenAPI document of the gateway: `npm run generate`.\n\n';

/** Calls of a path by their method. */
type Calls = Readonly<Record<string, { readonly responses: Readonly<Record<string, object>> }>>;

/** What of the gateway's app is needed here: services are no library of others. */
interface Gateway {
  buildApp(
    context: unknown,
    options: object,
  ): Promise<{ swagger(): { readonly paths: Record<string, Calls> }; close(): Promise<void> }>;
}

const { buildApp } = (await import(new URL('services/gateway/src/app.ts', ROOT).href)) as Gateway;
// Routes are described without anything behind them.
const app = await buildApp({ warehouse: {} }, { token: '', rateLimit: 1, bodyLimitBytes: 1_024 });
const { paths, ...rest } = app.swagger();
// The Open Inference Protocol is for clients of models.
const asked = Object.fromEntries(
  Object.entries(paths)
    .filter(([path]) => !path.startsWith('/v2/'))
    .map(([path, calls]) => [path, withoutProblems(calls)]),
);
const made = HEAD + astToString(await openapiTS(JSON.stringify({ ...rest, paths: asked })));
await app.close();

let before = '';
try {
  before = readFileSync(TARGET, 'utf8');
} catch {
  // It is made for the first time.
}
if (made !== before && process.argv.includes('--check')) {
  console.error("The console's client is stale: run `npm run generate`.");
  process.exitCode = 1;
} else if (made !== before) writeFileSync(TARGET, made);

/** Every error has one shape, which the console reads wherever it comes from. */
function withoutProblems(calls: Calls): Calls {
  return Object.fromEntries(
    Object.entries(calls).map(([method, { responses, ...call }]) => {
      const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      return [method, { ...call, responses: Object.fromEntries(answers) }];
    }),
  );
}
