import {
  type DecisionParts,
  discardLetters,
  type LeftAlone,
  lettersAt,
  type Place,
  placeOf,
  placeText,
  resendLetters,
  showLetter,
} from '@driftloop/dead-letters';
import { letterCounts, letters } from '@driftloop/warehouse';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { requireAllowed } from '../access/allow.ts';
import { actorOf, type Identity } from '../access/identity.ts';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { Count, Filter, Letter, LetterPath, Shown } from './letter-bodies.ts';
import { Actor, Reason } from './persons.ts';

const PROBLEMS = { 400: Problem, 401: Problem, 404: Problem, 409: Problem };

/** GET dead letters, POST resend and discard: what became of what could not be handled. */
export function deadLetterRoutes(context: GatewayContext): FastifyPluginAsyncTypebox {
  const { warehouse } = context;
  /** The letter at a place, whose caller may decide about it. */
  const decidable = async (place: Place, { caller, noted }: FastifyRequest) => {
    const found = await lettersAt(warehouse, [place]);
    for (const letter of found) {
      requireTheirs(letter, caller);
      noted.model = letter.model;
      noted.before = { state: letter.state };
    }
    return found;
  };
  return async (app) => {
    app.get(
      '/',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'Dead letters, newest first',
          tags: ['dead letters'],
          querystring: Filter,
          response: { 200: Type.Object({ letters: Type.Array(Letter) }), 400: Problem },
        },
      },
      async ({ query: { limit, ...filter }, caller }) => ({
        letters: (await letters(warehouse, { ...filter, ...modelsOf(caller) }, limit)).map((letter) => ({
          ...letter,
          id: placeText(letter),
        })),
      }),
    );
    app.get(
      '/counts',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'How many there are by topic, code and what became of them',
          tags: ['dead letters'],
          response: { 200: Type.Object({ counts: Type.Array(Count) }) },
        },
      },
      async ({ caller }) => ({ counts: await letterCounts(warehouse, modelsOf(caller).models) }),
    );
    app.get(
      '/:topic/:partition/:offset',
      {
        // The record may hold what only those may see who send such records.
        config: { role: 'operator' },
        schema: {
          summary: 'A dead letter with its record, what was wrong and what to do',
          tags: ['dead letters'],
          params: LetterPath,
          response: { 200: Shown, 400: Problem, 404: Problem },
        },
      },
      async ({ params, caller }) => {
        const { letter, record, unreadable, whatToDo } = await showLetter(context, placeIn(params));
        requireTheirs(letter, caller);
        const { key, value, ...known } = letter;
        return {
          ...known,
          id: placeText(letter),
          key: base64(key),
          value: base64(value),
          record: record ?? null,
          unreadable: unreadable ?? null,
          whatToDo,
        };
      },
    );
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
        const found = await decidable(place, request);
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

/** Which dead letters a caller may see. */
function modelsOf(caller: Identity | undefined): { models?: readonly string[] } {
  return caller?.models ? { models: caller.models } : {};
}

/** Of records that could not be read nobody knows the model: they are for those who are for all. */
function requireTheirs({ model }: { readonly model: string }, caller: Identity | undefined): void {
  if (caller !== undefined) requireAllowed(caller, { role: 'operator', model, isForAll: model === '' });
}

function placeIn({ topic, partition, offset }: { topic: string; partition: number; offset: number }): Place {
  return placeOf(`${topic}/${partition}/${offset}`);
}

function partsOf({ bus, producer, warehouse, now }: GatewayContext): DecisionParts {
  return { bus, producer, warehouse, now };
}

function throwLeft([left]: readonly LeftAlone[]): void {
  if (left !== undefined) throw left.error;
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('base64');
}
