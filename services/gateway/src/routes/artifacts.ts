import { DriftloopError } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';

const Version = Type.Object({
  model: Type.String({ minLength: 1 }),
  version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
});
const tags = ['models'];

/** GET the files of a version. */
export function artifactRoutes({ registry }: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/versions/:version/files',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'The files of a version',
          tags,
          params: Version,
          response: {
            200: Type.Object({
              files: Type.Array(
                Type.Object({ name: Type.String(), sizeBytes: Type.Integer(), sha256: Type.String() }),
              ),
            }),
          },
        },
      },
      async ({ params: { model, version } }) => {
        requireModel(registry, model);
        const { manifest } = await registry.artifact(model, version);
        return { files: Object.entries(manifest.files).map(([name, file]) => ({ name, ...file })) };
      },
    );
    app.get(
      '/versions/:version/files/:file',
      {
        config: { role: 'operator' },
        schema: {
          summary: 'A file of a version: model.onnx and the others',
          tags,
          params: Type.Object({ ...Version.properties, file: Type.String({ minLength: 1, maxLength: 200 }) }),
          response: {
            200: {
              content: {
                'application/octet-stream': {
                  schema: Type.Unsafe<Buffer>(Type.String({ format: 'binary' })),
                },
              },
            },
          },
        },
      },
      async ({ params: { model, version, file } }, reply) => {
        requireModel(registry, model);
        const artifact = await registry.artifact(model, version);
        // By the names of the manifest: a path is none of them.
        if (!artifact.has(file))
          throw new DriftloopError('NOT_FOUND', `Version ${version} of model '${model}' has no such file.`);
        const bytes = await artifact.file(file);
        return reply
          .type('application/octet-stream')
          .header('content-disposition', `attachment; filename="${file.replaceAll(/[^\w.-]/g, '_')}"`)
          .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      },
    );
  };
}
