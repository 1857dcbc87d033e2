import { DriftloopError } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import { EARLIEST_EVENT_TIME, featuresRefusal, LATEST_EVENT_TIME, labelProblem } from '@driftloop/spec';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { checkEventTime } from '../rows/event-time.ts';

const ModelPath = Type.Object({ model: Type.String({ minLength: 1 }) });
const EventTime = Type.Optional(
  Type.Integer({
    minimum: EARLIEST_EVENT_TIME,
    maximum: LATEST_EVENT_TIME,
    description: 'Epoch milliseconds, from 1970 until before 2200. Default: now.',
  }),
);

const RequestBody = Type.Object({
  requestId: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Default: a new one.' })),
  eventTime: EventTime,
  features: Type.Array(Type.Union([Type.Number(), Type.Null()]), {
    minItems: 1,
    description: "One per feature of the model's spec, in its order; null is a missing value.",
  }),
});

const LabelBody = Type.Object({
  requestId: Type.String({ minLength: 1, maxLength: 256 }),
  label: Type.Number({ description: 'Class index, or the value of a regression.' }),
  eventTime: EventTime,
});

const Accepted = Type.Object({ requestId: Type.String() });

/**
 * POST requests and labels over HTTP, for those without a Kafka client. The answers are on
 * inference.predictions.
 */
export function inferenceRoutes(
  { registry, producer, now, newId }: GatewayContext,
  authorize: (request: FastifyRequest) => Promise<void>,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/requests',
      {
        onRequest: authorize,
        schema: {
          summary: 'Ask for a prediction',
          description:
            'Puts the request onto Kafka and answers once Kafka has it; the prediction is on inference.predictions.',
          tags: ['inference'],
          security: [{ token: [] }],
          params: ModelPath,
          body: RequestBody,
          response: { 202: Accepted, 400: Problem, 401: Problem, 404: Problem },
        },
      },
      async (request, reply) => {
        const { spec } = requireModel(registry, request.params.model);
        const { requestId = newId(), eventTime = now() } = request.body;
        const features = featuresOf(request.body.features, spec);
        checkEventTime(eventTime, now(), spec.window);
        await producer.send('inference.requests', [
          {
            key: requestId,
            value: {
              requestId,
              model: spec.model,
              eventTime,
              features,
            },
          },
        ]);
        return reply.status(202).send({ requestId });
      },
    );
    app.post(
      '/labels',
      {
        onRequest: authorize,
        schema: {
          summary: 'Tell the truth about an earlier request',
          tags: ['inference'],
          security: [{ token: [] }],
          params: ModelPath,
          body: LabelBody,
          response: { 202: Accepted, 400: Problem, 401: Problem, 404: Problem },
        },
      },
      async (request, reply) => {
        const { spec } = requireModel(registry, request.params.model);
        const { requestId, label, eventTime = now() } = request.body;
        const problem = labelProblem({ label }, spec);
        if (problem !== undefined) throw new DriftloopError('LABEL_INVALID', problem);
        await producer.send('inference.labels', [
          { key: requestId, value: { requestId, model: spec.model, label, eventTime } },
        ]);
        return reply.status(202).send({ requestId });
      },
    );
  };
}

/** What JSON calls null is a missing value. */
function featuresOf(values: readonly (number | null)[], spec: ModelSpec): Float32Array {
  const row = values.map((value) => value ?? Number.NaN);
  const refusal = featuresRefusal(row, spec);
  if (refusal) throw new DriftloopError(refusal.code, refusal.reason);
  return Float32Array.from(row);
}
