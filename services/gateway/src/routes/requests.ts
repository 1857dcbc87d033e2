import { tracedCall } from '@driftloop/bus';
import { requireModel } from '@driftloop/registry';
import type { InferenceRequest } from '@driftloop/schemas';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { TRAFFIC } from '../access/traffic.ts';
import { ask } from '../answers/ask.ts';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { checkEventTime } from '../rows/event-time.ts';
import { checkedAnswer } from '../rows/incumbent-answer.ts';
import { requestRow } from '../rows/request-row.ts';
import { givenAnswer } from '../v2/infer.ts';
import {
  Accepted,
  MOST_WAIT_MS,
  ModelPath,
  RequestBody,
  RequestStatus,
  WaitQuery,
} from './request-bodies.ts';
import { requestStatus } from './request-status.ts';

const MS_PER_SECOND = 1_000;

/** POST a request; the answer comes back where it is waited for, and is on Kafka anyway. */
export function requestRoutes(context: GatewayContext): FastifyPluginAsyncTypebox {
  const { registry, producer, answers, now, newId } = context;
  return async (app) => {
    app.post(
      '/requests',
      {
        config: TRAFFIC,
        schema: {
          summary: 'Ask for a prediction',
          description:
            'Puts the request onto Kafka. Answers 202 once Kafka has it, or with wait (or `Prefer: wait=`) 200 with the answer, where it comes in time. Ask for it later by its id.',
          tags: ['inference'],
          params: ModelPath,
          querystring: WaitQuery,
          body: RequestBody,
          response: { 200: RequestStatus, 202: Accepted, 400: Problem, 401: Problem, 404: Problem },
        },
      },
      async (request, reply) => {
        const { spec } = requireModel(registry, request.params.model);
        const { requestId = newId(), eventTime = now(), features, columns, answer } = request.body;
        const row = requestRow({ features, columns }, spec);
        checkEventTime(eventTime, now(), spec.window);
        const value: InferenceRequest = {
          ...row,
          requestId,
          model: spec.model,
          eventTime,
          ...(answer === undefined ? {} : { answer: checkedAnswer(answer, spec) }),
        };
        const waitMs = request.query.wait ?? preferredWaitMs(request.headers.prefer);
        const [outcome] = await tracedCall('POST requests', traceparentOf(request.headers), async (trace) => {
          if (waitMs !== undefined) return (await ask([value], waitMs, context, trace)) ?? [];
          answers.expect(spec.model, [requestId]).forget();
          await producer.send('inference.requests', [{ key: requestId, value, trace }]);
          return [];
        });
        if (outcome === undefined) return reply.status(202).send({ requestId });
        givenAnswer(outcome, requestId);
        return reply.status(200).send(requestStatus(requestId, { recent: outcome, stored: undefined }, spec));
      },
    );
  };
}

/** RFC 7240: `Prefer: wait=<seconds>`, among other preferences. */
function preferredWaitMs(prefer: string | string[] | undefined): number | undefined {
  const [, seconds] = /(?:^|[,;])\s*wait\s*=\s*"?(\d+)"?\s*(?=[,;]|$)/i.exec(String(prefer ?? '')) ?? [];
  return seconds === undefined ? undefined : Math.min(Number(seconds) * MS_PER_SECOND, MOST_WAIT_MS);
}
