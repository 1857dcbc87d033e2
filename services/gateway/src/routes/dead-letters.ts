import { type Place, placeOf, placeText, showLetter } from '@driftloop/dead-letters';
import { letterCounts, letters } from '@driftloop/warehouse';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { NextCursor, noCursor } from '../http/paging.ts';
import { Problem } from '../http/problem.ts';
import { modelsOf, placeIn, requireTheirs } from './letter-access.ts';
import { Count, Filter, Letter, LetterPath, Shown } from './letter-bodies.ts';

/** GET dead letters: what could not be handled, and what became of it. */
export function deadLetterRoutes(context: GatewayContext): FastifyPluginAsyncTypebox {
  const { warehouse } = context;
  return async (app) => {
    app.get(
      '/',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'Dead letters, newest first',
          tags: ['dead letters'],
          querystring: Filter,
          response: {
            200: Type.Object({ letters: Type.Array(Letter), nextCursor: NextCursor }),
            400: Problem,
          },
        },
      },
      async ({ query: { limit, cursor, ...filter }, caller }) => {
        const after = cursor === undefined ? {} : { after: letterAt(cursor) };
        const found = await letters(warehouse, { ...filter, ...modelsOf(caller), ...after }, limit + 1);
        const shown = found.slice(0, limit);
        const last = shown.at(-1);
        return {
          letters: shown.map((letter) => ({ ...letter, id: placeText(letter) })),
          nextCursor: found.length > limit && last ? `${last.at}/${placeText(last)}` : null,
        };
      },
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
  };
}

/** The last letter of the page before. */
function letterAt(cursor: string): Place & { readonly at: number } {
  const [, at = '', place = ''] = /^(\d{1,15})\/(.+)$/.exec(cursor) ?? [];
  if (at === '') throw noCursor();
  return { at: Number(at), ...placeOf(place) };
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('base64');
}
