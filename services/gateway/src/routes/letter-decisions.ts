import {
  type DecisionParts,
  discardLetters,
  type LeftAlone,
  lettersAt,
  type Place,
  placeText,
  resendLetters,
} from '@driftloop/dead-letters';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { actorOf } from '../access/identity.ts';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { placeIn, requireTheirs } from './letter-access.ts';
import { LetterPath } from './letter-bodies.ts';
import { Actor, Reason } from './persons.ts';

const PROBLEMS = { 400: Problem, 404: Problem, 409: Problem };

/** POST resend and discard: what is to become of a dead letter. */
export function letterDecisionRoutes(context: GatewayContext): FastifyPluginAsyncTypebox {
  const { warehouse } = context;
  /**
   * The letter at a place, whose caller may decide about it.
   *
   * @param mended what is sent in its place: of a model that is the caller's, too
   */
  const decidable = async (
    place: Place,
    { caller, noted }: FastifyRequest,
    mended: Readonly<Record<string, unknown>> = {},
  ) => {
    const found = await lettersAt(warehouse, [place]);
    for (const letter of found) {
      requireTheirs(letter, caller);
      noted.model = letter.model;
      noted.before = { state: letter.state };
    }
    if (Object.hasOwn(mended, 'model')) requireTheirs({ model: String(mended.model) }, caller);
    return found;
  };
  return async (app) => {
    app.post(
      '/:topic/:partition/:offset/resend',
      {
        config: { role: 'operator' },
        schema: {
          summary: 'Put a record back on its topic, once in effect',
          description:
            'Requests, labels and retrain commands. `record` has the fields that are to be changed; the id stays.',
          tags: ['dead letters'],
          params: LetterPath,
          body: Type.Object({
            reason: Reason,
            actor: Actor,
            record: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
          }),
          response: { 200: Type.Object({ resent: Type.String() }), ...PROBLEMS },
        },
      },
      async (request) => {
        const { reason, actor, record } = request.body;
        const place = placeIn(request.params);
        const found = await decidable(place, request, record);
        const because = { reason, actor: actorOf(request.caller, actor) };
        const { left } = await resendLetters(partsOf(context), found, because, record);
        throwLeft(left);
        request.noted.after = { state: 'resent', mended: record !== undefined };
        return { resent: placeText(place) };
      },
    );
    app.post(
      '/:topic/:partition/:offset/discard',
      {
        config: { role: 'operator' },
        schema: {
          summary: 'Say that nothing is to become of a dead letter',
          tags: ['dead letters'],
          params: LetterPath,
          body: Type.Object({ reason: Reason, actor: Actor }),
          response: { 200: Type.Object({ discarded: Type.String() }), ...PROBLEMS },
        },
      },
      async (request) => {
        const { reason, actor } = request.body;
        const place = placeIn(request.params);
        const found = await decidable(place, request);
        const because = { reason, actor: actorOf(request.caller, actor) };
        const { left } = await discardLetters(partsOf(context), found, because);
        throwLeft(left);
        request.noted.after = { state: 'discarded' };
        return { discarded: placeText(place) };
      },
    );
  };
}

function partsOf({ bus, producer, warehouse, now }: GatewayContext): DecisionParts {
  return { bus, producer, warehouse, now };
}

function throwLeft([left]: readonly LeftAlone[]): void {
  if (left !== undefined) throw left.error;
}
