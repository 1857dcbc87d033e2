import { DriftloopError } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import { outputsOf, targetsOf, truthOf } from '@driftloop/spec';
import { requestHistory } from '@driftloop/warehouse';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Outcome } from '../answers/answers.ts';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { RequestPath, RequestStatus } from './request-bodies.ts';

type History = Awaited<ReturnType<typeof requestHistory>>;

/**
 * GET what became of a request: from memory where it was answered just now, else from ClickHouse.
 */
export function requestStatusRoutes({
  registry,
  warehouse,
  answers,
}: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/requests/:requestId',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'What became of a request: answer, version, class, and its label once it is there',
          tags: ['inference'],
          params: RequestPath,
          response: { 200: RequestStatus, 404: Problem },
        },
      },
      async (request) => {
        const { model, requestId } = request.params;
        const { spec } = requireModel(registry, model);
        const recent = answers.find(model, requestId);
        const stored = await requestHistory(warehouse, model, requestId);
        if (recent === undefined && stored === undefined)
          throw new DriftloopError(
            'NOT_FOUND',
            `Model '${model}' has no request '${requestId}', or it is not in ClickHouse yet: what was sent by others is there some seconds later.`,
          );
        return requestStatus(requestId, { recent, stored }, spec);
      },
    );
  };
}

/**
 * What is told of a request. Pure.
 *
 * @param known its outcome in this gateway's memory, and what ClickHouse has, which may be behind
 */
export function requestStatus(
  requestId: string,
  { recent, stored }: { readonly recent: Outcome | 'waiting' | undefined; readonly stored: History },
  spec: ModelSpec,
): RequestStatus {
  const label = stored?.label && labelView(stored.label, spec);
  const rest = label === undefined ? {} : { label };
  const heard = recent === 'waiting' ? undefined : recent;
  const answer = stored?.answer ?? (heard?.type === 'answered' ? heard.answer : undefined);
  if (answer) return { requestId, status: 'answered', answer: answerView(answer, spec), ...rest };
  const refusal = stored?.refusal ?? (heard?.type === 'refused' ? heard : undefined);
  if (refusal) {
    const { code, reason } = refusal;
    return { requestId, status: 'refused', refusal: { code, reason }, ...rest };
  }
  return { requestId, status: 'waiting', ...rest };
}

/** @returns undefined for one that is no label of the model */
function labelView({ eventTime, ...told }: NonNullable<NonNullable<History>['label']>, spec: ModelSpec) {
  const [label, ...others] = truthOf(told, spec) ?? [];
  if (label === undefined) return undefined;
  return {
    label,
    ...classNameOf(label, spec),
    ...(others.length > 0 ? { named: byName(targetsOf(spec), [label, ...others]) } : {}),
    eventTime,
  };
}

interface GivenView {
  readonly version: number;
  readonly role: string;
  readonly predicted: number;
  readonly outputs: ArrayLike<number>;
  readonly servedAt: number;
}

function answerView({ version, role, predicted, outputs, servedAt }: GivenView, spec: ModelSpec) {
  const names = outputsOf(spec).map(({ name }) => name);
  return {
    version,
    role,
    predicted,
    ...classNameOf(predicted, spec),
    outputs: Array.from(outputs),
    ...(names.length > 0 ? { named: byName(names, outputs) } : {}),
    servedAt,
  };
}

function byName(names: readonly string[], values: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? Number.NaN]));
}

function classNameOf(index: number, { classNames }: Pick<ModelSpec, 'classNames'>): { className?: string } {
  const className = classNames?.[index];
  return className === undefined ? {} : { className };
}
