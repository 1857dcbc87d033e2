import { tracedCall } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import type { InferenceLabel, ModelSpec } from '@driftloop/schemas';
import { labelProblem, truthOf } from '@driftloop/spec';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { TRAFFIC } from '../access/traffic.ts';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { AcceptedLabels, type LabelBody, LabelsBody, ModelPath } from './request-bodies.ts';
import { toldLabel } from './told-label.ts';

/** POST labels: the truth about earlier requests, one or many. */
export function labelRoutes({ registry, producer, now }: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/labels',
      {
        config: TRAFFIC,
        schema: {
          summary: 'Tell the truth about earlier requests',
          description: 'One label, or a list of which all are taken or none.',
          tags: ['inference'],
          params: ModelPath,
          body: LabelsBody,
          response: { 202: AcceptedLabels, 400: Problem, 401: Problem, 404: Problem },
        },
      },
      async (request, reply) => {
        const { spec } = requireModel(registry, request.params.model);
        const { body } = request;
        const given = Array.isArray(body) ? body : [body];
        const at = now();
        const labels = given.map((label, index) =>
          labelRecord(label, at, spec, given.length > 1 ? `Label ${index}: ` : ''),
        );
        await tracedCall('POST labels', traceparentOf(request.headers), (trace) =>
          producer.send(
            'inference.labels',
            labels.map((value) => ({ key: value.requestId, value, trace })),
          ),
        );
        return reply
          .status(202)
          .send(Array.isArray(body) ? { labels: labels.length } : { requestId: body.requestId });
      },
    );
  };
}

/** @throws DriftloopError LABEL_INVALID. @param where of it in the call, for messages */
function labelRecord(
  { requestId, label, eventTime }: LabelBody,
  now: number,
  spec: ModelSpec,
  where: string,
): InferenceLabel {
  const told = toldLabel(label, spec);
  const problem = labelProblem(told, spec);
  const truths = truthOf(told, spec) ?? [];
  const [first] = truths;
  if (problem !== undefined || first === undefined)
    throw new DriftloopError('LABEL_INVALID', `${where}${problem ?? 'The label is none.'}`);
  // Both, where the classes have names: whoever reads only the number has the index.
  const labelName = spec.classNames?.[first];
  return {
    requestId,
    model: spec.model,
    label: first,
    eventTime: eventTime ?? now,
    ...(labelName === undefined ? {} : { labelName }),
    ...(truths.length > 1 ? { values: truths } : {}),
  };
}
