import { DriftloopError } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { differences } from '../specs/diff.ts';
import { Reason } from './persons.ts';
import { ModelPath } from './request-bodies.ts';

const Spec = Type.Record(Type.String(), Type.Unknown(), { description: 'See docs/specs.md.' });
const tags = ['models'];

/** GET and PUT a model's spec. */
export function specRoutes({ registry }: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/spec',
      {
        config: { role: 'viewer' },
        schema: { summary: 'How a model is looked after', tags, params: ModelPath, response: { 200: Spec } },
      },
      async ({ params }) => ({ ...requireModel(registry, params.model).spec }),
    );
    app.put(
      '/spec',
      {
        config: { role: 'admin' },
        schema: {
          summary: 'Change how a model is looked after, or only say what would be different',
          description:
            '`updatedAt` of the spec, where it is there, must be that of the spec as it is: nobody writes over what another has changed meanwhile.',
          tags,
          params: ModelPath,
          querystring: Type.Object({
            dryRun: Type.Boolean({ default: false, description: 'Checks it, and changes nothing.' }),
          }),
          body: Type.Object({ spec: Spec, reason: Reason }),
          response: {
            200: Type.Object({
              changed: Type.Boolean({ description: 'Whether it is another spec now.' }),
              differences: Type.Array(
                Type.Object({
                  path: Type.String({ description: 'A JSON pointer.' }),
                  before: Type.Unknown({ description: 'null where it was not there.' }),
                  after: Type.Unknown({ description: 'null where it is not there any more.' }),
                }),
              ),
              spec: Spec,
            }),
          },
        },
      },
      async (request) => {
        const { spec: known } = requireModel(registry, request.params.model);
        const given = request.body.spec;
        requireNewest(known, given);
        const checked = registry.checkSpec({ ...given, model: given.model ?? known.model });
        if (checked.model !== known.model)
          throw new DriftloopError(
            'SPEC_INVALID',
            `The spec is of model '${checked.model}', not '${known.model}'.`,
          );
        const found = differences(comparable(known), comparable(checked));
        const answer = found.map(({ path, before = null, after = null }) => ({ path, before, after }));
        if (request.query.dryRun || found.length === 0)
          return { changed: false, differences: answer, spec: { ...checked } };
        const published = await registry.publishSpec(checked);
        request.noted.before = Object.fromEntries(found.map(({ path, before }) => [path, before ?? null]));
        request.noted.after = Object.fromEntries(found.map(({ path, after }) => [path, after ?? null]));
        return { changed: true, differences: answer, spec: { ...published } };
      },
    );
  };
}

/** When it was changed is not what was changed. */
function comparable({ updatedAt: _, ...spec }: Readonly<Record<string, unknown>> | { updatedAt: number }) {
  return JSON.parse(JSON.stringify(spec)) as unknown;
}

function requireNewest(
  known: { readonly model: string; readonly updatedAt: number },
  given: { updatedAt?: unknown },
) {
  if (given.updatedAt === undefined || given.updatedAt === known.updatedAt) return;
  throw new DriftloopError(
    'SPEC_CHANGED',
    `The spec of model '${known.model}' was changed at ${new Date(known.updatedAt).toISOString()}, after the one that this is made from: read it again.`,
  );
}
