import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TRAFFIC } from '../../access/traffic.ts';
import type { GatewayContext } from '../../context.ts';
import { traceparentOf } from '../../http/traceparent.ts';
import { JSON_LENGTH_HEADER } from '../../http/v2/body.ts';
import { ProtocolProblem } from '../../http/v2/problem.ts';
import { infer } from '../../v2/infer.ts';
import { InferAnswer, InferBody, ModelPath, VersionPath } from './bodies.ts';
import { answerOf, callOf } from './call.ts';

const RESPONSE = {
  200: InferAnswer,
  400: ProtocolProblem,
  401: ProtocolProblem,
  404: ProtocolProblem,
  409: ProtocolProblem,
  413: ProtocolProblem,
  429: ProtocolProblem,
  503: ProtocolProblem,
  504: ProtocolProblem,
};

/** POST /v2/models/{model}[/versions/{version}]/infer: rows in, answers out, through Kafka. */
export function inferRoutes(context: GatewayContext): FastifyPluginAsyncTypebox {
  const answer = async (
    request: Pick<FastifyRequest, 'binary' | 'headers'> & { readonly body: InferBody },
    model: string,
    version: string | undefined,
    reply: FastifyReply,
  ) => {
    const { body, binary } = request;
    const traceparent = traceparentOf(request.headers);
    const result = await infer({ ...callOf(body, binary), model, version, traceparent }, context);
    const written = answerOf(result, model, body);
    if (written.binary.length === 0) return reply.send(written.answer);
    const json = Buffer.from(JSON.stringify(written.answer));
    return reply
      .header(JSON_LENGTH_HEADER, json.length)
      .type('application/octet-stream')
      .send(Buffer.concat([json, ...written.binary]));
  };
  const schema = {
    summary: 'Ask for predictions',
    description:
      'Each row is a request on Kafka, and is answered by whoever is live. With the header Inference-Header-Content-Length, tensors follow the JSON as bytes.',
    tags: ['v2'],
    body: InferBody,
    response: RESPONSE,
  };
  return async (app) => {
    app.post(
      '/models/:model/infer',
      { config: TRAFFIC, schema: { ...schema, params: ModelPath } },
      async (request, reply) => answer(request, request.params.model, undefined, reply),
    );
    app.post(
      '/models/:model/versions/:version/infer',
      { config: TRAFFIC, schema: { ...schema, params: VersionPath } },
      async (request, reply) => answer(request, request.params.model, request.params.version, reply),
    );
  };
}
