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
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { Count, Filter, Letter, LetterPath, Shown } from './letter-bodies.ts';
import { Actor, Reason } from './persons.ts';

const PROBLEMS = { 400: Problem, 401: Problem, 404: Problem, 409: Problem };

/** GET dead letters, POST resend and discard: what became of what could not be handled. */
export function deadLetterRoutes(
  context: GatewayContext,
  authorize: (request: FastifyRequest) => Promise<void>,
): FastifyPluginAsyncTypebox {
  const { warehouse } = context;
  return async (app) => {
    app.get(
      '/',
      {
        schema: {
          summary: 'Dead letters, newest first',
          tags: ['dead letters'],
          querystring: Filter,
          response: { 200: Type.Object({ letters: Type.Array(Letter) }), 400: Problem },
        },
      },
      async ({ query: { limit, ...filter } }) => ({
        letters: (await letters(warehouse, filter, limit)).map((letter) => ({
          ...letter,
          id: placeText(letter),
        })),
      }),
    );
    app.get(
      '/counts',
      {
        schema: {
          summary: 'How many there are by topic, code and what became of them',
          tags: ['dead letters'],
          response: { 200: Type.Object({ counts: Type.Array(Count) }) },
        },
      },
      async () => ({ counts: await letterCounts(warehouse) }),
    );
    app.get(
      '/:topic/:partition/:offset',
      {
        schema: {
          summary: 'A dead letter with its record, what was wrong and what to do',
          tags: ['dead letters'],
          params: LetterPath,
          response: { 200: Shown, 400: Problem, 404: Problem },
        },
      },
      async ({ params }) => {
        const { letter, record, unreadable, whatToDo } = await showLetter(context, placeIn(params));
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
        onRequest: authorize,
        schema: {
          summary: 'Put a record back on its topic, once in effect',
          description:
            'Requests, labels and retrain commands. `record` has the fields that are to be changed; the id stays.',
          tags: ['dead letters'],
          security: [{ token: [] }],
          params: LetterPath,
          body: Type.Object({
            reason: Reason,
            actor: Actor,
            record: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
          }),
          response: { 200: Type.Object({ resent: Type.String() }), ...PROBLEMS },
        },
      },
      async ({ params, body: { reason, actor = 'gateway', record } }) => {
        const place = placeIn(params);
        const found = await lettersAt(warehouse, [place]);
        const { left } = await resendLetters(partsOf(context), found, { reason, actor }, record);
        throwLeft(left);
        return { resent: placeText(place) };
      },
    );
    app.post(
      '/:topic/:partition/:offset/discard',
      {
        onRequest: authorize,
        schema: {
          summary: 'Say that nothing is to become of a dead letter',
          tags: ['dead letters'],
          security: [{ token: [] }],
          params: LetterPath,
          body: Type.Object({ reason: Reason, actor: Actor }),
          response: { 200: Type.Object({ discarded: Type.String() }), ...PROBLEMS },
        },
      },
      async ({ params, body: { reason, actor = 'gateway' } }) => {
        const place = placeIn(params);
        const found = await lettersAt(warehouse, [place]);
        const { left } = await discardLetters(partsOf(context), found, { reason, actor });
        throwLeft(left);
        return { discarded: placeText(place) };
      },
    );
  };
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
